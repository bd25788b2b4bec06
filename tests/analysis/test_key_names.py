from footfall.analysis.key_names import renamed_keys


def test_one_place_with_several_names_is_a_renamed_element() -> None:
    keys = ["#post>button@follow", "#post>button@following", "#post>a@home"]
    assert renamed_keys(keys) == set(keys[:2])


def test_what_moves_or_stands_in_a_list_is_known_by_its_name_alone() -> None:
    reordered = ["body>div>a@tent", "body>div>a:2@tent", "body>div>a@rope", "body>div>a:2@rope"]
    feed = ["#list>li@one>button", "#list>li@two>button"]
    assert renamed_keys(reordered) == renamed_keys(feed) == renamed_keys([]) == set()


def test_a_name_seen_elsewhere_makes_a_place_doubtful() -> None:
    assert renamed_keys(["#a>b@x", "#a>b@y", "#c>b@x"]) == set()
