"""What a bundle says of itself to whoever opens it, in both languages, whoever asked for it."""

from typing import Final

README: Final = """\
审计证据包 / Evidence from the pilot portal

核验（只需 Python 3.9 以上，无需门户，无需联网） / To check it (Python 3.9 or later; no portal, no network):

    python3 -I verify_bundle.py BUNDLE.zip        整包核验 / the ZIP as it was taken away
    python3 -I verify_bundle.py FOLDER            解压后的文件夹 / the folder it was unpacked into
    --key KEY      门户“审计记录封存”页面公布的公钥 / the public key that the portal's page of seals shows
    --seal FILE    另行保管的封存文件 / a seal of the trail that was kept elsewhere

结论为 WHOLE 时证据完整；为 BROKEN 时写明何处被改动。核验程序请优先使用从门户另行下载的一份。
WHOLE: nothing was changed. BROKEN: the words after it say what was. Prefer a verifier that you took from the portal
itself to the one in here.

index.html, index.xlsx    目录 / the index
entries/entries.jsonl     分录：正文、前一分录摘要、本分录摘要 / entries: text, digest before it, own digest
documents/                文件，以摘要命名 / files, named by their digests
trail/events.jsonl        相关审计记录：正文、前一环摘要、本环摘要 / events of the trail with the digest before them
trail/proof.jsonl         证明这些环属于整条审计链的节点（RFC 6962 树） / nodes that prove their place among all links
trail/seals.jsonl         历次封存 / all seals of the trail up to then
manifest.json, .sig       清单及其 Ed25519 签名 / the manifest and its Ed25519 signature
"""
