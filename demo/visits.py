"""What the scripted visitors come for. Each visit is one story that ends where the person leaves."""

from collections.abc import Awaitable, Callable
from typing import Final

from demo.person import Person

Visit = Callable[[Person], Awaitable[None]]

PRODUCTS: Final = (
    "kuppel-dome-tent", "storm-lantern", "steig-rolltop", "tal-daypack", "weekender-duffel",
    "enamel-mug", "kanne-teapot", "pour-over-set", "pilz-lamp", "kegel-desk-lamp", "wool-blanket",
)  # fmt: skip
CATEGORIES: Final = ("camp", "carry", "table", "home")
NAMES: Final = ("Mara Lindt", "Jonas Ekberg", "Iva Horak", "Tom Reiss", "Ada Vogel", "Leo Brandt")


async def to_product(person: Person, slug: str | None = None) -> None:
    """Find a product over its category, look at its photos and words."""
    category = person.chance.choice(CATEGORIES)
    if not (not person.touch and await person.click(f"[data-testid=nav-{category}]")):
        await person.open(f"/shop/{category}")
    await person.scroll(0.8)
    await person.rest()
    cards = person.page.locator(".card__link")
    count = await cards.count()
    if (
        slug
        or not count
        or not await person.click(cards.nth(person.chance.randrange(min(6, count))))
    ):
        await person.open(f"/product/{slug or person.chance.choice(PRODUCTS)}")
    await person.pause(0.8, 1.6)
    for photo in person.chance.sample((1, 2, 3), 2):
        await person.click(f"[data-testid=thumb-{photo}]")


async def put_in_cart(person: Person) -> None:
    """Choose and add; where the thing is sold out, take another."""
    button = person.page.locator("#add-to-cart")
    if await button.is_disabled():
        await person.open("/product/enamel-mug")
    size = person.page.locator("#size")
    if await size.count():
        await person.look_at(size)
        options = await size.locator("option").count()
        await size.select_option(index=person.chance.randrange(options))
    await person.click("#add-to-cart")
    await person.pause(0.5, 1.2)


async def fill_contact(person: Person) -> None:
    """The first step of the checkout, once with a mistake in it."""
    name = person.chance.choice(NAMES)
    address = name.lower().replace(" ", ".") + "@example.org"
    if person.chance.random() < 0.4:
        await person.write("#email", address.replace("@", ""))
        await person.click("#checkout-next")
        await person.click("#email")
        await person.page.keyboard.press("Control+A")
    await person.write("#email", address)
    await person.write("#name", name)
    await person.click("#checkout-next")


async def fill_delivery(person: Person) -> None:
    """The second step."""
    await person.write("#street", f"Lindenweg {person.chance.randint(1, 90)}")
    await person.write("#postcode", str(person.chance.randint(10115, 99998)))
    await person.write("#city", person.chance.choice(("Jena", "Kassel", "Passau", "Trier")))
    await person.click(f"[data-testid=delivery-{person.chance.choice(('standard', 'express'))}]")
    await person.click("#checkout-next")


async def fill_payment(person: Person, number: str = "4242 4242 4242 4244") -> None:
    """The last step, up to the button."""
    await person.write("#card_name", person.chance.choice(NAMES))
    await person.write("#card_number", number)
    await person.write("#card_expiry", "08/29")
    await person.write("#card_code", "737")
    await person.click("#terms")


async def to_checkout(person: Person) -> None:
    """From the cart on."""
    await person.click("[data-testid=nav-cart]")
    await person.pause(0.8, 1.5)
    await person.click("#to-checkout")
    await person.pause(0.5, 1)


async def pays(person: Person) -> None:
    """All three steps, without a doubt."""
    await to_checkout(person)
    await fill_contact(person)
    await fill_delivery(person)
    await fill_payment(person)
    await person.click("#pay-now")
    await person.pause(1.5, 2.5)


async def buys(person: Person) -> None:
    """Comes, chooses, pays."""
    await person.open("/")
    await person.scroll(1.2)
    await to_product(person)
    await person.scroll(1.0)
    await person.scroll(-1.0)
    await put_in_cart(person)
    await pays(person)


async def reads_reviews_and_buys(person: Person) -> None:
    """Does not buy before reading what others say."""
    await person.open("/product/" + person.chance.choice(PRODUCTS))
    await person.click("[data-testid=to-reviews]")
    await person.pause(4, 6)
    await person.rest()
    await person.scroll(0.6)
    await person.pause(3, 4)
    await person.scroll(-3.5)
    await put_in_cart(person)
    await pays(person)


async def abandons_at_payment(person: Person) -> None:
    """Stops before the button, after a declined card."""
    await person.open("/shop/" + person.chance.choice(CATEGORIES))
    await to_product(person)
    await put_in_cart(person)
    await to_checkout(person)
    await fill_contact(person)
    await fill_delivery(person)
    if person.chance.random() < 0.5:
        await fill_payment(person, "4242 4242 4242 4242")
        await person.click("#pay-now")
        await person.pause(2, 3)
    else:
        await person.write("#card_name", person.chance.choice(NAMES))
    await person.look_at(person.page.locator("#card_number"))
    await person.pause(3, 4)
    await person.move(640, 3)


async def abandons_at_delivery(person: Person) -> None:
    """Leaves when the address is asked for."""
    await person.open("/")
    await to_product(person)
    await put_in_cart(person)
    await to_checkout(person)
    await fill_contact(person)
    await person.write("#street", "Am Markt")
    await person.pause(2, 3.5)
    await person.click("#checkout-back")


async def rages_at_coupon(person: Person) -> None:
    """The coupon button does not seem to work."""
    await person.open("/product/" + person.chance.choice(PRODUCTS))
    await put_in_cart(person)
    await person.click("[data-testid=nav-cart]")
    await person.write("#coupon", "FERNWEH10")
    await person.click("#coupon-apply", times=person.chance.randint(4, 7))
    await person.pause(1, 1.5)
    await person.rest()
    await person.click("#coupon-apply", times=2)
    await person.pause(1, 2)


async def clicks_the_promo(person: Person) -> None:
    """Takes the badge for a button."""
    await person.open("/")
    await person.scroll(1.5)
    await person.click("[data-testid=promo-badge]", times=person.chance.choice((1, 1, 3)))
    await person.pause(1, 2)
    await person.click("[data-testid=promo-badge]")
    await person.click("text=Meet the Pilz")
    await person.pause(1, 2)
    await person.scroll(1.0)


async def compares(person: Person) -> None:
    """Goes to and fro between two things."""
    first, second = person.chance.sample(PRODUCTS, 2)
    await person.open("/product/" + first)
    await person.scroll(0.7)
    await person.open("/product/" + second)
    await person.scroll(0.7)
    await person.page.go_back()
    await person.pause(1.2, 2)
    await person.rest()
    await person.page.go_forward()
    await person.pause(1, 2)
    await put_in_cart(person)


async def searches(person: Person) -> None:
    """Asks twice until the words are right."""
    await person.open("/")
    for words in person.chance.sample(("lamp", "bag", "mug", "warm", "tent", "green"), 2):
        await person.click("#search-input")
        await person.page.keyboard.press("Control+A")
        await person.write("#search-input", words)
        await person.page.keyboard.press("Enter")
        await person.pause(1.5, 2.5)
        await person.scroll(0.6)
    await person.click(".card__link")
    await person.pause(1, 2)


async def filters(person: Person) -> None:
    """Narrows a category down."""
    category = person.chance.choice(CATEGORIES)
    await person.open(f"/shop/{category}")
    if person.touch:
        await person.click("[data-testid=filter-toggle]")
    ticks = person.page.locator("#filter-scroll .tick")
    for number in person.chance.sample(range(await ticks.count()), 2):
        await person.click(ticks.nth(number))
    await person.click("[data-testid=filter-apply]")
    await person.pause(1, 2)
    await person.page.locator("#sort").select_option(index=1)
    await person.pause(1, 2)
    await person.click("[data-testid=filter-clear]")


async def browses_everything(person: Person) -> None:
    """Scrolls the endless list to its end and leaves."""
    await person.open("/shop")
    for _ in range(5):
        await person.scroll(1.3)
        await person.pause(0.3, 0.8)
    await person.scroll(-1.5)
    await person.click(person.page.locator(".card__link").nth(person.chance.randrange(4, 12)))
    await person.pause(1, 2)


async def reads_the_journal(person: Person) -> None:
    """Reads stories in the single-page part."""
    await person.open("/journal")
    await person.pause(0.8, 1.5)
    await person.click(f"[data-testid=topic-{person.chance.choice(('walk', 'camp', 'water'))}]")
    stories = person.page.locator("#journal-view a")
    await person.click(stories.first)
    await person.pause(1, 1.5)
    await person.scroll(1.5)
    await person.page.go_back()
    await person.pause(0.8, 1.2)
    await person.click(stories.last)
    await person.scroll(1.0)


async def enlarges_photos(person: Person) -> None:
    """Looks closely: the modal, the film, the size guide."""
    await person.open("/product/steig-rolltop")
    await person.click("[data-testid=zoom-open]")
    await person.pause(1.5, 2.5)
    await person.click("[data-testid=zoom-close]")
    await person.click("summary >> nth=-1")
    await person.look_at(person.page.locator("#film"))
    await person.page.locator("#film").evaluate("film => film.play()")
    await person.pause(3, 4)
    await person.look_at(person.page.locator("#size-guide"))
    await person.pause(1, 2)


async def signs_in(person: Person) -> None:
    """Looks for an order, changes the password."""
    await person.open("/account")
    await person.write("#login-email", "mara.lindt@example.org")
    await person.write("#login-password", "open sesame 42")
    await person.click("#login-show")
    await person.click("[data-testid=login-submit]")
    await person.pause(1, 2)
    await person.write("#old-password", "open sesame 42")
    await person.write("#new-password", "winter is near")
    await person.pause(1, 1.5)


async def asks_for_help(person: Person) -> None:
    """Opens the answers, writes half a message."""
    await person.open("/help")
    for number in person.chance.sample(range(1, 6), 3):
        await person.click(f"[data-testid=faq-{number}]")
    await person.scroll(1.0)
    await person.write("#contact-text", "My lantern arrived with a dent, can you")
    await person.pause(2, 3)


async def bounces(person: Person) -> None:
    """Looks once and goes."""
    await person.open(person.chance.choice(("/", "/shop/home", "/product/pilz-lamp")))
    await person.rest()
    await person.pause(1, 3)


STORIES: Final[tuple[tuple[Visit, int], ...]] = (
    (buys, 5),
    (reads_reviews_and_buys, 3),
    (abandons_at_payment, 4),
    (abandons_at_delivery, 3),
    (rages_at_coupon, 3),
    (clicks_the_promo, 4),
    (compares, 3),
    (searches, 3),
    (filters, 3),
    (browses_everything, 3),
    (reads_the_journal, 2),
    (enlarges_photos, 2),
    (signs_in, 1),
    (asks_for_help, 1),
    (bounces, 2),
)
"""Each story and how many of the visitors live it."""
