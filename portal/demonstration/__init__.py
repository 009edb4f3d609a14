"""The demonstration: real places, invented people, dossiers, scores and money, always the same from one seed.

Rows come through bulk paths on the owner's connection; every constraint and trigger holds there as well, except those
on time (history lies before today). The package stands above all apps and none imports it.
"""
