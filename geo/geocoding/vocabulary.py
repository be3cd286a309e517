"""The words that tell what part of an address one is reading, in canonical form (`geo.geocoding.text`)."""

from __future__ import annotations

from typing import Final

REGION_DEPARTEMENTS: Final = ("02", "59", "60", "62", "80")

# fmt: off
CERTAIN_STREET_TYPES: Final = frozenset((
    "rue", "avenue", "boulevard", "place", "route", "chemin", "impasse", "allee", "square", "quai",
    "ruelle", "faubourg", "chaussee", "sentier", "esplanade", "grandrue", "grandplace",
))
"""Words that open the name of a street wherever they stand."""

STREET_TYPES: Final = CERTAIN_STREET_TYPES | {
    "berge", "carrefour", "carriere", "cavee", "cite", "clos", "coron", "cour", "cours", "courtil",
    "courtils", "digue", "domaine", "dreve", "enclos", "galerie", "giratoire", "hameau", "levee",
    "lotissement", "mail", "marche", "montee", "parc", "parvis", "passage", "pave", "placette", "pont",
    "port", "porte", "promenade", "rang", "residence", "rond", "rondpoint", "rotonde", "ruellette", "sente",
    "terrasse", "tour", "traverse", "venelle", "villa", "voie", "za", "zac", "zae", "zal", "zi", "zone",
}
"""Words that may open the name of a street, or be an ordinary word of one."""

SMALL_WORDS: Final = frozenset((
    "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sous", "sur",
))
"""Articles, prepositions and the like."""

PREPOSITIONS: Final = SMALL_WORDS - {"la", "le", "les", "l"}
"""Those that no commune's name starts with."""

QUALIFIERS: Final = frozenset((
    "beau", "beaux", "bel", "belle", "belles", "bon", "bonne", "grand", "grande", "grands", "joli", "jolie",
    "petit", "petite", "petits", "vieil", "vieille", "vieux",
))
"""Words that end no street's name after an article: « rue du Beau Marais » goes on."""

NUMBER_SUFFIXES: Final = frozenset(("bis", "ter", "quater", "quinquies", "sexies"))
"""The Latin suffixes of house numbers; « B » before a street's type is a letter of its own."""

TITLES: Final = frozenset((
    "abbe", "amiral", "baron", "capitaine", "cardinal", "chanoine", "colonel", "commandant", "comte",
    "docteur", "general", "lieutenant", "madame", "marechal", "monseigneur", "president", "professeur",
    "sergent",
))

FORENAMES_AND_TITLES: Final = TITLES | frozenset((
    "abel", "achille", "adolphe", "adrien", "albert", "alexandre", "alfred", "alphonse", "ambroise",
    "amedee", "anatole", "andre", "antoine", "aristide", "armand", "arthur", "auguste", "benjamin",
    "bernard", "camille", "catherine", "cesar", "charles", "claude", "clement", "constant", "cyrille",
    "daniel", "david", "denis", "desire", "edmond", "edouard", "elie", "elisa", "emile", "emilienne",
    "ernest", "etienne", "eugene", "felix", "ferdinand", "fernand", "florent", "francois", "frederic",
    "gabriel", "gaston", "georges", "gerard", "gilbert", "guillaume", "gustave", "guy", "hector", "helene",
    "henri", "hippolyte", "honore", "irene", "jacques", "jean", "jeanne", "jerome", "joseph", "jules",
    "julien", "laurent", "lazare", "leon", "leonard", "leopold", "louis", "louise", "lucien", "marc",
    "marcel", "marcelin", "marguerite", "marie", "martin", "marx", "maurice", "max", "maxence", "maxime",
    "michel", "nicolas", "octave", "olivier", "oscar", "paul", "philippe", "pierre", "raoul", "raymond",
    "rene", "robert", "roger", "romain", "rosa", "sadi", "simone", "stephane", "suzanne", "theodore",
    "theophile", "thomas", "victor", "vincent", "wolfgang", "yves",
))
"""Forenames and titles that the names of streets are written with or without."""

MONTHS: Final = frozenset((
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
    "novembre", "decembre",
))

FOREIGN_COUNTRIES: Final = frozenset((
    "algerie", "allemagne", "angleterre", "autriche", "belgie", "belgien", "belgique", "belgium",
    "deutschland", "england", "espagne", "irlande", "italie", "luxembourg", "maroc", "nederland", "paysbas",
    "pologne", "portugal", "royaumeuni", "suisse", "tunisie", "uk", "unitedkingdom",
))
"""Names of other countries, without spaces."""
# fmt: on
