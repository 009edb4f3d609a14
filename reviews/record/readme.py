"""What the record says of itself, in both languages; it goes into each record as it stands on the day."""

from __future__ import annotations

from typing import Final

README: Final = """\
遴选决定档案
============

本档案包含一份遴选决定的全部依据，无需门户系统即可核验。

一、核验方法（需要 Python 3.9 及以上版本，无需安装其他软件）
  1. 核对各文件摘要：sha256sum -c SHA256SUMS
  2. 核验决定：      python3 -I verify_decision.py instance.json decision.json candidate-set.json
     显示 verified 即表示：候选单位、得分和种子与冻结的一致，名单符合全部规则，且不存在更优名单。
  3. 核对签署内容：  sha256sum signed.txt
     结果应与 signatures.json 中两部门各自签署的摘要（sha256）一致；
     signed.txt 列出了各文件的摘要，逐一核对：
     sed -nE 's/^([a-z-]+\\.(json|txt)): ([0-9a-f]{64})$/\\3  \\1/p' signed.txt | sha256sum -c
  4. 核对档案整体：文件夹内除 SHA256SUMS 所列文件和 SHA256SUMS 本身外，不应有其他文件；
     压缩包整体的摘要应与门户中该决定页面所示一致。

二、文件说明
  signed.txt              两部门共同签署的内容
  signatures.json         提出人、两部门签署人、时间、所签摘要
  grounds.txt             提出理由
  instance.json           遴选问题：候选单位、得分、规则（selection-instance/1）
  decision.json           遴选结果及其最优性证明（selection-decision/1）
  verify_decision.py      核验程序，仅使用 Python 标准库
  explanation.json        每个单位入选或未入选的原因，每条规则的代价
  robustness.json         名单稳健性：评审人员重抽样，逐一剔除评审人员、指标、规则
  candidate-set.json      冻结的候选单位、得分、规则及各份评审的总分（评审人员以编号代替）
  reviews.json            各份评审的分项评分（评审人员以编号代替），即稳健性分析所用数据
  rules.json              规则版本：每一项数值及其来源
  baseline-*.json         规则有调整时，按原规则计算的名单
  versions.json           提出决定时所用软件的版本
  units.json              当时的单位与省份名称
  SHA256SUMS              各文件的 SHA-256 摘要

The record of a decision
========================

This is everything a decision on the pilot units rests on; it can be checked without the portal.

1. How to check it (Python 3.9 or later; nothing needs to be installed)
  a. The files:     sha256sum -c SHA256SUMS
  b. The decision:  python3 -I verify_decision.py instance.json decision.json candidate-set.json
     "verified" means: candidates, scores and seed are the frozen ones, the list keeps every rule, and no better list
     exists.
  c. What was signed: sha256sum signed.txt
     gives the digest that stands in signatures.json under the signature of each ministry;
     signed.txt names the files by their digests; to check them all:
     sed -nE 's/^([a-z-]+\\.(json|txt)): ([0-9a-f]{64})$/\\3  \\1/p' signed.txt | sha256sum -c
  d. The whole:     the folder holds the files that SHA256SUMS names, SHA256SUMS itself, and no other;
     the digest of the ZIP is the one that the page of the decision in the portal shows.

2. The files
  signed.txt              what both ministries signed
  signatures.json         who proposed, who signed for each ministry, when, under which digest
  grounds.txt             the grounds of the proposal
  instance.json           the question: candidates, scores, rules (selection-instance/1)
  decision.json           the answer with the proof that it is the best (selection-decision/1)
  verify_decision.py      the check, with the standard library of Python alone
  explanation.json        why each unit is on the list or not, and what each rule costs
  robustness.json         how firmly the list stands: reviewers drawn anew; one reviewer, criterion or rule left out
  candidate-set.json      the frozen candidates, scores, rules and totals of the reviews (reviewers numbered)
  reviews.json            the marks of each review by criterion (reviewers numbered), as the robustness was asked with
  rules.json              the rule set: every number with its source
  baseline-*.json         where rules were changed by hand, the list under the rule set
  versions.json           versions of the software when the decision was proposed
  units.json              names of units and provinces as they were
  SHA256SUMS              the SHA-256 of each file
"""
