"""Regions, pilot units, industries, enterprises of the centre, rule sets and batches."""

from portal.programme.models.batch import Batch, KnownPilot
from portal.programme.models.reference import CentralSOE, Industry, PilotUnit, Province
from portal.programme.models.rule_set import RuleSet

__all__ = ["Batch", "CentralSOE", "Industry", "KnownPilot", "PilotUnit", "Province", "RuleSet"]
