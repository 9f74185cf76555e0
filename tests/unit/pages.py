"""Small saved pages in the shape of real ones, written for these tests."""

PROFILE = """Researcher profile

Dana Ödegård

Dana Ödegård contributes to research discovery and scholarly infrastructure.

ResearcherHarbour UniversityOpen to collaborate

Trust snapshot

Quick read

Trust 34.5 - GrowingVerification L2Claimed author
3works
1,204followers
5topics
2close collaborators

Actions

Follow researcher1,204

Published work

3 published item(s)

preprint2024arXiv

Tide Tables from Sparse $k$-Buoys

We predict tides from a handful of buoys, although most of the sea is never measured by anyone,
and show that three buoys suffice for a whole bay.

preprint2021arXiv

Counting Gulls

Gulls are counted from the air.

journal article1998Journal of Sea Birds

On Herring
"""

AUTHOR = """Dana Odegard

CV
h-index12
4papers
1,024citations
Novelty48.5%
AI Score71

4 Papers

CVJun 3, 2021Code
Counting Gulls

Bo Li, Cy O'Hara-Wu, Eva van der Berg et al. · hu, mit

Gulls are counted from the air.

QUANT-PHApr 28Code
Continuous Dropout

Dana Odegard

Nothing is dropped, but continuously so.

LGFeb 30, 2020
A Paper of an Impossible Day

Bo Li, Dana Odegard

The day of this paper does not exist.
"""

PAPER_LIST = """96.6LGJun 2
Gulls, Terns, and Other Birds: A Survey for ConvNetsYun-Hao Ng, Bo Li, Cy O'Hara-Wu et al. · hu
Birds are surveyed.
CLFeb 14, 2024Code
Who Reads the LLMLi Wei
Somebody reads it.
CVMay 7, 2020
Sea Ice from the Shore: What a Camera on a Pier Can and Cannot SeeEva van der Berg, Bo Li
Sea ice is watched from piers in eleven harbours over nine winters, with cameras that cost less
than a dinner; we find that melt days are seen within a day of the satellite, and that fog, not
night, is what blinds a camera on a pier for longest, so two piers are better than one lens.
"""

LISTING = """Sea ice is watched from piers in eleven harbours over nine winters, with
cameras that cost less than a dinner; we find that melt days are seen within a day of the satellite,
and that fog, not night, is what blinds a camera on a pier for longest, so two piers are better
than one camera.

12 pages, 3 figures

arXiv:2005.01234v2 - Harbour Letters 9 (2020) 1-12 - doi: 10.1234/hl.2020-9.1
Created: 2020-05-06

Strings are tied in knots.

arXiv:hep-th/9901001
Created: 1999-01-04
Updated: 1999-02-01
"""
