"""The communes that joined the programme, with the code and the place of each; everything built on them is invented."""

from typing import NamedTuple


class Commune(NamedTuple):
    """A commune: TERC code, WGS 84 degrees of its middle, people in thousands."""

    slug: str
    name: str
    terc: str
    latitude: float
    longitude: float
    people: float


COMMUNES = (
    Commune("gliwice", "Gliwice", "2466011", 50.2945, 18.6714, 172),
    Commune("bierun", "Bieruń", "2414011", 50.0897, 19.0928, 19),
    Commune("bytom", "Bytom", "2462011", 50.3484, 18.9157, 150),
    Commune("chelm", "Chełm Śląski", "2414052", 50.1139, 19.1867, 6),
    Commune("chorzow", "Chorzów", "2463011", 50.2974, 18.9545, 102),
    Commune("katowice", "Katowice", "2469011", 50.2649, 19.0238, 280),
    Commune("krupski-mlyn", "Krupski Młyn", "2413052", 50.5706, 18.6189, 3),
    Commune("miasteczko", "Miasteczko Śląskie", "2413021", 50.5033, 18.9394, 7),
    Commune("ornontowice", "Ornontowice", "2408042", 50.1886, 18.7511, 6),
    Commune("pilchowice", "Pilchowice", "2405042", 50.2164, 18.5561, 12),
    Commune("pyskowice", "Pyskowice", "2405021", 50.3990, 18.6350, 17),
    Commune("siemianowice", "Siemianowice Śląskie", "2474011", 50.3250, 19.0290, 64),
    Commune("swietochlowice", "Świętochłowice", "2476011", 50.2919, 18.9178, 46),
    Commune("tworog", "Tworóg", "2413082", 50.5333, 18.7167, 8),
    Commune("wielowies", "Wielowieś", "2405082", 50.5108, 18.6175, 6),
    Commune("mikolow", "Mikołów", "2408021", 50.1709, 18.9040, 41),
    Commune("laziska", "Łaziska Górne", "2408011", 50.1494, 18.8425, 22),
    Commune("orzesze", "Orzesze", "2408031", 50.1561, 18.7775, 21),
    Commune("wyry", "Wyry", "2408052", 50.1336, 18.9006, 8),
)

DISTRICTS = ("Śródmieście", "Północ", "Południe", "Wschód", "Zachód", "Osiedle", "Stare Miasto", "Nowe Miasto")
STREETS = (
    "ul. Szkolna", "ul. Kościelna", "ul. Polna", "ul. Leśna", "ul. Ogrodowa", "ul. Lipowa", "ul. Słoneczna",
    "ul. Krótka", "ul. Zwycięstwa", "ul. Powstańców Śląskich", "ul. Korfantego", "ul. Mickiewicza", "Rynek",
    "ul. Dworcowa", "ul. Wolności", "ul. 3 Maja",
)  # fmt: skip
