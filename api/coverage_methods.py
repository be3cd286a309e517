"""« Comment est-ce calculé ? »: formula, source and limits of each figure of the Collectif's page."""

from __future__ import annotations

from api.figures import Method

_POPULATION = "Populations municipales de l'Insee, contours de l'IGN, registre de l'Apes."

TABLE = Method(
    formula=(
        "Attendus = effectif total × population du territoire ÷ population de la région. Observé ÷ attendu "
        "vaut 1 en proportion des habitants, 2 pour deux fois plus. L'intervalle à 95 % est l'intervalle "
        "exact de la loi de Poisson. Une absence est significative quand on attendait au moins 3 présences "
        ": le hasard n'en donnerait aucune moins d'une fois sur vingt. Ce test ne cherche que le manque : à "
        "moins de 3,7 attendues, l'intervalle, qui regarde des deux côtés, contient encore 1. Dans leur zone "
        "d'action, les présences comptent dans plusieurs territoires : les attendus partagent la somme des "
        "lignes, et rien n'est testé."
    ),
    source=f"Garwood, Biometrika 28 (1936). {_POPULATION}",
    limits=(
        "Chaque test est à 5 % : sur 92 territoires, le hasard seul en fait sortir quatre ou cinq. Être "
        "nombreux ne dit rien de l'activité de chacun. Ce qui reste à vérifier ou à localiser n'est jamais "
        "compté."
    ),
)
FUNNEL = Method(
    formula=(
        "Chaque territoire est placé selon le nombre attendu (en largeur) et le rapport observé ÷ attendu "
        "(en hauteur). Les deux lignes sont les limites exactes, à 95 % (trait plein) et 99,8 % (tirets), "
        "entre lesquelles le hasard seul laisse un territoire."
    ),
    source="Spiegelhalter, Statistics in Medicine 24 (2005), avec les limites exactes de la loi de Poisson.",
    limits=(
        "Il remplace un classement : entre les lignes, deux territoires ne se distinguent pas. Des membres "
        "qui en amènent d'autres font sortir plus de territoires que le hasard."
    ),
)
CONCENTRATION = Method(
    formula=(
        "Hoover : la moitié de la somme des écarts entre la part des présences et celle de la population. "
        "Gini : deux fois l'aire entre la courbe de Lorenz et la diagonale. Theil : la somme des parts de "
        "présences par le logarithme de leur rapport à la population, coupée en une partie entre dedans et "
        "dehors et une partie à l'intérieur de chacun. Le niveau du hasard vient de 999 registres tirés au "
        "sort en proportion."
    ),
    source="Hoover (1936), Gini (1914), Theil (1967) ; Insee, document de travail H2013/01 (C. Kubrak).",
    limits=(
        "Ces indices ne sont jamais nuls quand les présences sont peu nombreuses, et montent quand les "
        "territoires sont plus petits : ils ne se lisent qu'à côté de leur niveau du hasard."
    ),
)
BASES = Method(
    formula=(
        "Les mêmes présences, comparées tour à tour aux habitants et à chaque dénominateur du registre : "
        "part hors du territoire, rapport, nombre qui manque pour la parité, test binomial exact, Hoover et "
        "son niveau du hasard."
    ),
    source=(
        "Wilson (1927) pour l'intervalle, Clopper et Pearson (1934) pour le test. Les dénominateurs "
        "viennent des fichiers que l'équipe a donnés."
    ),
    limits=(
        "La réponse dépend de ce à quoi l'on compare : « par rapport à la population » et « par rapport à "
        "l'ESS existante » sont deux questions. Un territoire sans chiffre dans le fichier compte pour zéro."
    ),
)
DIVISIONS = Method(
    formula=(
        "Les mêmes présences comptées par intercommunalité, par bassin de vie, par zone d'emploi, et par "
        "cellule hexagonale d'environ 250 km² (H3, résolution 5) : Hoover et son niveau du hasard, "
        "territoires sans présence et leur nombre au hasard."
    ),
    source=(
        "Openshaw (1984), sur l'effet du découpage ; H3, grille publiée par Uber. Une commune va tout "
        "entière dans la cellule de sa mairie."
    ),
    limits=(
        "Plus les territoires sont petits, plus Hoover est grand et plus il y en a de vides : on compare "
        "chaque ligne à son propre hasard, jamais deux lignes entre elles. Par zone d'action, les cellules "
        "ne sont pas comptées : une présence y compterait plusieurs fois."
    ),
)
SECTORS = Method(
    formula=(
        "Indice de spécificité = part de la filière dans le département ÷ part de la filière dans la région. "
        "Chaque case où l'on attend au moins 5 présences est testée (test exact de Fisher), et les tests "
        "sont corrigés pour leur nombre. ▲ : plus que le hasard ; ▼ : moins que le hasard ; 0 : aucune "
        "présence."
    ),
    source="Fisher (1922), Benjamini et Hochberg (1995) ; Insee : « indices de spécificité ».",
    limits=(
        "Une présence qui a deux filières compte dans les deux. À l'échelle des intercommunalités, presque "
        "toutes les cases valent 0 ou 1 : aucune spécialité n'y est dessinée."
    ),
)
REACH = Method(
    formula=(
        "Part des habitants qui vivent dans un territoire ayant au moins une présence de la filière, à côté "
        "de ce que donneraient autant de présences réparties au hasard en proportion."
    ),
    source="999 tirages au sort ; calcul de l'Apes.",
    limits="Vivre dans le même territoire n'est pas être proche : voir les temps de trajet.",
)
VARIETY = Method(
    formula=(
        "Nombre attendu de filières pour n présences tirées du registre : la somme, sur les filières, d'un "
        "moins la chance de n'en tirer aucune (raréfaction)."
    ),
    source="Hurlbert, Ecology 52 (1971) ; 999 tirages pour l'intervalle.",
    limits="Deux présences ne peuvent pas avoir dix filières : seul compte l'écart au nombre attendu.",
)
SMOOTHING = Method(
    formula=(
        "Taux lissé = moyenne + fiabilité × (taux − moyenne), la fiabilité venant de la population du "
        "territoire et de la variation entre territoires (Bayes empirique)."
    ),
    source="Marshall, Applied Statistics 40 (1991) ; Insee Méthodes n° 131 (2018), chapitre 9.",
    limits="Une fiabilité de 20 % veut dire que le taux montré vient surtout de la moyenne régionale.",
)
NEIGHBOURING = Method(
    formula=(
        "Indice de Moran des taux standardisés par leur population, contiguïté des contours, 9 999 "
        "permutations ; puis indice local de chaque territoire, corrigé pour le nombre de questions."
    ),
    source="Moran (1950), Assunção et Reis (1999), Anselin (1995), Benjamini et Hochberg (1995).",
    limits=(
        "Au bord de la région (Belgique, Normandie, Île-de-France, mer), les voisins de l'autre côté "
        "manquent. Avec 92 territoires, seuls des blocs très nets se voient."
    ),
)
CHANGE = Method(
    formula=(
        "Les deux dates sont comptées sur les territoires d'aujourd'hui (fusions de communes appliquées), "
        "avec la population de chaque date. Arrivées et départs sont comparés par un test exact du signe. "
        "Ce qui a seulement été localisé entre les deux n'est ni une arrivée ni un déplacement."
    ),
    source="McNemar, Psychometrika 12 (1947) ; Przyborowski et Wilenski (1940) pour les taux d'arrivée.",
    limits=(
        "Une liste mieux tenue ressemble à une croissance. Dans leur zone d'action, les présences comptent "
        "une fois dans chaque territoire : les lignes ne s'additionnent pas."
    ),
)
SHIFT = Method(
    formula=(
        "Évolution = effet général (croissance de l'ensemble) + effet des filières (leur croissance en plus "
        "ou en moins) + effet local (le reste). Les trois parts font exactement l'évolution."
    ),
    source="Dunn, Papers of the Regional Science Association 6 (1960) ; analyse structurelle-résiduelle.",
    limits=(
        "Chaque présence compte dans la première de ses filières, et par zone d'action une fois dans chaque "
        "département où elle agit. L'effet local n'est pas une cause."
    ),
)
LINE = Method(
    formula=(
        "Rapport = (part des présences hors du territoire) ÷ (part des habitants hors du territoire), avec "
        "l'intervalle de Wilson à 95 %, aux jours dont parlent les listes."
    ),
    source=f"Wilson (1927). {_POPULATION}",
    limits="Les dates partagent l'essentiel de leurs présences : une ligne dans sa bande n'a pas bougé.",
)
ANTENNES = Method(
    formula=(
        "Évolution du taux dans l'intercommunalité de l'antenne, moins celle de cinq intercommunalités "
        "comparables (même classe de densité, population la plus proche) qui n'en ont pas."
    ),
    source="Différence de différences, intervalle normal à 95 %.",
    limits=(
        "C'est une description et non une preuve : les lieux n'ont pas été tirés au sort, les nombres sont "
        "petits et bien d'autres choses ont pu changer."
    ),
)
