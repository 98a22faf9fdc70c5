"""The store of intended facts and the one database every room keeps its records in."""
