"""Names for the people of the generated world and the places they work at.

In: nothing. Out: given names, family names, towns and kinds of institutes.
"""

from __future__ import annotations

from training.world.topic import phrases

GIVEN_NAMES = phrases(
    "Aiko; Amara; Anders; Anika; Arjun; Astrid; Ayse; Bao; Beatriz; Bjorn; Camila; Chen; Chidi;"
    "Clara; Dalia; Daniel; Diego; Elena; Emeka; Emma; Farah; Felix; Fumiko; Gabriel; Grace;"
    "Hana; Hassan; Hugo; Ida; Imani; Ines; Ivan; Jamal; Jana; Jonas; Julia; Kamala; Karim;"
    "Katya; Kenji; Lars; Leila; Lin; Lucia; Magnus; Mariana; Marta; Mateo; Mei; Mila; Nadia;"
    "Naomi; Nils; Noor; Oksana; Olu; Omar; Paola; Pedro; Priya; Rafael; Ravi; Rosa; Ruth; Samir;"
    "Sara; Sergei; Sofia; Stefan; Tariq; Tatiana; Thabo; Tomas; Uma; Viktor; Wanjiru; Wei; Xin;"
    "Yara; Yusuf; Zainab; Zofia"
)
FAMILY_NAMES = phrases(
    "Abebe; Adeyemi; Almeida; Andersen; Aydin; Bakker; Banerjee; Barbosa; Becker; Bianchi;"
    "Boateng; Bondarenko; Brandt; Castro; Chaudhry; Chowdhury; Conti; Cruz; Dahl; Delgado;"
    "Demir; Diallo; Dubois; Eriksen; Farouk; Fernandes; Fischer; Fontaine; Fujita; Garcia;"
    "Gruber; Gupta; Haddad; Hansen; Hashimoto; Hernandez; Hoang; Horvat; Ibrahim; Ito; Ivanova;"
    "Jansen; Jimenez; Joshi; Kamau; Kaplan; Kaya; Keller; Khan; Kim; Kovacs; Kowalski; Larsen;"
    "Lefevre; Lindqvist; Lopez; Mahmoud; Marino; Mbeki; Mehta; Mendoza; Meyer; Moreau; Mori;"
    "Mwangi; Nakamura; Ndiaye; Nguyen; Novak; Nowak; Okafor; Okonkwo; Oliveira; Osei; Park;"
    "Petrov; Pham; Quispe; Rahman; Ramos; Rossi; Sato; Schneider; Sharma; Silva; Singh;"
    "Sokolov; Suarez; Takeda; Tanaka; Torres; Tran; Usman; Vargas; Virtanen; Wagner; Wang;"
    "Weber; Yamada; Yilmaz; Zhang; Zhou"
)
# Invented towns: no real institute is said to have written a generated paper.
TOWNS = phrases(
    "Alderbrook; Aspenfield; Bellhaven; Birchmere; Brackenford; Bridgewell; Calderstone;"
    "Clearwater Bay; Copperhill; Dunmarsh; Eastmoor; Elmsworth; Fairhollow; Fernleigh;"
    "Glasswater; Goldenvale; Greyport; Harrowgate Hill; Hazelmoor; Highcliff; Ironbridge Cove;"
    "Juniper Falls; Kestrel Point; Lakemont; Larkspur; Linden Heights; Maplecross; Marrowby;"
    "Meadowbank; Northwold; Oakhurst Green; Pinecrest; Quarry Lane; Ravensholm; Redwater;"
    "Rowanfield; Saltmarsh; Silverton Bay; Stonebridge; Sunnydale Park; Thornbury Moor;"
    "Umberton; Valewood; Westering; Willowmere; Winterbourne; Wrenford; Yarrowdale"
)
INSTITUTES = phrases(
    "University of {}; {} Institute of Technology; {} Research Centre; {} State University;"
    "{} Polytechnic; Royal Academy of {}"
)
