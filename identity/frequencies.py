"""How common each value is among entities: rare values that agree say more.

Names are made of parts that are nearly independent, so the chance of a whole name is the product of its parts' shares,
times a factor for parts that go together. That tells a rare full name from a common one even when both occur twice,
which counting whole names cannot. Shares are counted over distinct holders (names, addresses), not records: a busy
person's name is not a common name.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from identity.features import feature_name
from identity.generic import all_values, by_value
from identity.specification import Meaning, Specification

# Parts of a name, and words of an address, go together more often than chance: culture, language, city plan.
COHESION = 4.0
# Absolute discounting: where many values are held once and few twice, a value held once is rarer than one holder says.
# Half a value held twice is taken as seen: a single value held once would else be discounted whole.
DISCOUNT = (
    "select coalesce(count(*) filter (held = 1) "
    "/ (count(*) filter (held = 1) + 2.0 * (count(*) filter (held = 2) + 0.5)), 0) as by from counts"
)
# The share of one first letter among names.
INITIAL = 0.08
# How names are written, until WRITERS names have been seen: as initial and last name, with a middle name; and the
# logins made of a name, whole or as initial and last name.
WRITTEN = {"abbreviated": 0.1, "middle": 0.2, "whole_logins": 0.3, "short_logins": 0.3}
WRITERS = 20
# No value is taken for rarer than this.
RAREST = 1e-9
# So many others live or work at an entity's address, or answer its telephone: households, buildings, switchboards.
OTHERS_AT_ADDRESS, OTHERS_AT_PHONE = 1.5, 0.3


class Frequencies:
    """Collects the joins and columns of one specification, then writes the table of features with them.

    `among`: a table of the rows to weigh, where they are few; then only their values are counted, and the numbers of
    holders and the discounts come from `totals`, as they were when all rows were weighed.
    """

    def __init__(
        self, con: DuckDBPyConnection, specification: Specification, source: str, totals: str, among: str = ""
    ) -> None:
        self.con = con
        self.specification = specification
        self.source = source
        self.totals = totals
        self.among = among
        if not among:
            con.execute(f"create or replace table {totals} (feature varchar, holders double, discount double)")
        self.joins: list[str] = []
        self.columns: dict[str, str] = {}
        self.features: dict[str, str] = {}

    def counted(self, feature: str, holder: str, alike: str = "") -> str:
        """Weigh a feature by its share of distinct holders; the SQL expression of the share.

        Holders of one value who are equal in `alike` count once.
        """
        table = f'"share_{feature}"'
        self.con.execute(
            f'create or replace temp table share_counts as select "{feature}" as value, '
            f"count(distinct {alike or holder}) as held from {by_value(self.specification, feature, self.source)} "
            f'where "{feature}" is not null {self._limited(feature)} group by "{feature}"'
        )
        if not self.among:
            self.con.execute(
                f"insert into {self.totals} select '{feature}', (select count(distinct {holder}) + 1.0 "
                f"from {self.source}), ({DISCOUNT.replace('counts', 'share_counts')})"
            )
        self.con.execute(
            f"create or replace temp table {table} as select value, greatest(0.02, held - discount) / holders as share "
            f"from share_counts join {self.totals} on feature = '{feature}'"
        )
        self.joins.append(f'left join {table} on f."{feature}" = {table}.value')
        self.columns[feature] = f"{table}.share"
        return self.columns[feature]

    def own(self, feature: str) -> str:
        """The rows to weigh, with one row for each value of the feature."""
        return by_value(self.specification, feature, self.among or self.source)

    def _limited(self, feature: str) -> str:
        """A condition that leaves only the values of the rows to weigh."""
        return f'and "{feature}" in (select "{feature}" from {self.own(feature)})' if self.among else ""

    def shared_by_others(self, feature: str, others: float) -> str:
        """A value is at least so common that `others` beside its holder have it; the SQL expression of that share."""
        rows = f'select {others} / (count(*) + 1.0) from {self.source} where "{feature}" is not null'
        if not self.among:
            self.con.execute(f"insert into {self.totals} select 'others {feature}', ({rows}), 0")
        floor = f"(select holders from {self.totals} where feature = 'others {feature}')"
        share = self.columns[feature]
        self.columns[feature] = f"case when {share} is not null then greatest({share}, {floor}) end"
        return floor

    def contact_points(self, holder: str) -> None:
        """Telephone numbers and domains are as common as the names that hold them.

        A misspelt name makes no second holder: of the few that share a number, those with one initial count once.
        """
        alike = f"left({holder}, 1)" if self.specification.names_people else ""
        if self.specification.has(Meaning.PHONE):
            self.counted("phone", holder, alike)
            floor = self.shared_by_others("phone", OTHERS_AT_PHONE)
            if all_values(self.specification, "phone"):
                self.rarest_numbers(floor)
            if self.specification.names_people:
                self.bare_numbers()
            self.counted("phone_subscriber", holder, alike)
            self.shared_by_others("phone_subscriber", OTHERS_AT_PHONE)
        if self.specification.has(Meaning.DOMAIN):
            self.counted("domain", holder)
            if all_values(self.specification, "domain"):
                self.commonest("domains", f"{self.own('domain')} as f join share_domain on f.domain = value", "share")

    def commonest(self, feature: str, rows: str, share: str) -> None:
        """A list is as common as the commonest of its values: which of them is shared is not known of one record."""
        table = f"commonest_{feature}"
        self.con.execute(
            f"create or replace temp table {table} as select unique_id, max({share}) as most from {rows} group by all"
        )
        self.joins.append(f"left join {table} on f.unique_id = {table}.unique_id")
        self.columns[feature] = f"{table}.most"

    def rarest_numbers(self, floor: str) -> None:
        """Of several numbers the rarest becomes the feature `phone_rare`; `phones` are as common as the commonest."""
        self.con.execute(
            "create or replace temp table number_ranks as select unique_id, min_by(phone, (share, phone)) as rare, "
            f"min(share) as least, max(share) as most from {self.own('phone')} as f "
            "join share_phone on f.phone = share_phone.value group by unique_id"
        )
        self.joins.append("left join number_ranks on f.unique_id = number_ranks.unique_id")
        self.features["phone_rare"] = "number_ranks.rare"
        for feature, share in (("phone_rare", "number_ranks.least"), ("phones", "number_ranks.most")):
            self.columns[feature] = f"case when {share} is not null then greatest({share}, {floor}) end"
        del self.columns["phone"]

    def bare_numbers(self) -> None:
        """`sole_phones`: a record's numbers that no two people have, by the first letters of their names.

        A first name has those of its other forms, too; a login stands in for a missing name.
        """
        own = self.own("phone")
        known = f"where phone in (select phone from {own})" if self.among else "where phone is not null"
        login = ", email_login" if self.specification.has(Meaning.EMAIL) else ""
        self.con.execute(
            "create or replace temp table shared_numbers as select phone from ("
            "select phone, left(family, 1) as last, list_distinct(list_transform(list_append(given_variants, "
            f"coalesce(given, name_single{login})), lambda name: left(name, 1))) as firsts "
            f"from {by_value(self.specification, 'phone', self.source)} {known}"
            ") where len(firsts) > 0 group by phone having count(distinct last) > 1 "
            "or len(list_reduce(list(firsts), lambda these, those: list_intersect(these, those))) = 0"
        )
        self.con.execute(
            "create or replace temp table sole_numbers as select unique_id, list(phone order by phone) as phones "
            f"from {own} where phone is not null and phone not in (from shared_numbers) group by unique_id"
        )
        self.joins.append("left join sole_numbers on f.unique_id = sole_numbers.unique_id")
        self.features["sole_phones"] = "coalesce(sole_numbers.phones, [])"

    def addresses(self) -> None:
        """An address is as rare as its number and street together, households and shared buildings aside."""
        number, street = self.counted("house_number", "address"), self.counted("street", "address")
        self.columns["address"] = _at_most_one(f"{COHESION} * coalesce({number}, 0.01) * coalesce({street}, 0.001)")
        self.shared_by_others("address", OTHERS_AT_ADDRESS)

    def person_names(self) -> None:
        """A whole name is as rare as its given and family name together; a single word as rare as the word."""
        given, family = self.counted("given", "name_full"), self.counted("family", "name_full")
        single = self.counted("name_single", "record_key")
        known = f"in (select name_single from {self.among})" if self.among else "is not null"
        self.con.execute(
            "create or replace temp table name_parts as "
            f"select given as value from {self.source} where given {known} "
            f"union select family from {self.source} where family {known}"
        )
        self.joins.append("left join name_parts on f.name_single = name_parts.value")
        self.features["name_login"] = "case when name_parts.value is null then f.name_single end"
        pair = _at_most_one(f"{COHESION} * {given} * {family}")
        self.columns["name_full"] = f"coalesce({pair}, {single}, {given}, {family})"
        middle = self.written("middle", "(middle is not null)::int")
        self.columns["name_pair"] = _at_most_one(f"2 * {middle} * (1 - {middle}) * {pair}")
        self.columns["name_initial"] = f"{INITIAL} * {self.written('abbreviated', 'abbreviated')} * {family}"
        if self.specification.has(Meaning.EMAIL):
            self.login_forms(pair, f"{INITIAL} * {family}")
        del self.columns["name_single"]

    def login_forms(self, pair: str, initial: str) -> None:
        """A login made of a name is as rare as the name, and as those are who make their logins so."""
        for form, feature, share in (("whole_logins", "name_pair", pair), ("short_logins", "name_initial", initial)):
            own = f"coalesce(list_contains({form}, email_login), false)::int"
            column = f"name_{form}"
            self.features[column] = f"f.{feature}"
            self.columns[column] = _at_most_one(f"{self.written(form, own)} * {share}")

    def written(self, form: str, is_so: str) -> str:
        """The share of names that are written in a form, `is_so` being 1 or 0; the SQL expression of it."""
        if not self.among:
            share = f"(coalesce(sum({is_so}), 0) + {WRITERS * WRITTEN[form]}) / (count(*) + {WRITERS})"
            self.con.execute(
                f"insert into {self.totals} select 'written {form}', {share}, 0 from {self.source} "
                "where family is not null"
            )
        return f"(select holders from {self.totals} where feature = 'written {form}')"

    def logins(self, holder: str) -> None:
        """A login made of a name is as common as the name (`david`, `jsmith`); another is as common as it is seen."""
        seen = self.counted("email_login", holder)
        if not self.specification.names_people:
            return
        # The rows to weigh are enough to count from: what a login of theirs is made of is in them, or it is seen.
        rows = self.among or self.source
        self.con.execute(
            "create or replace temp table login_names as select login, least(1, max(share)) as share from ("
            f"select f.given || f.family as login, {COHESION} * g.share * h.share as share from {rows} as f "
            "join share_given as g on f.given = g.value join share_family as h on f.family = h.value "
            f"union all select f.given, g.share from {rows} as f join share_given as g on f.given = g.value "
            f"union all select f.family, g.share from {rows} as f join share_family as g on f.family = g.value "
            f"union all select f.given[1] || f.family, {COHESION * INITIAL} * g.share "
            f"from {rows} as f join share_family as g on f.family = g.value where f.given is not null "
            f"union all select f.given || f.family[1], {COHESION * INITIAL} * g.share "
            f"from {rows} as f join share_given as g on f.given = g.value where f.family is not null"
            ") group by login"
        )
        self.joins.append("left join login_names on f.email_login = login_names.login")
        self.columns["email_login"] = f"coalesce(login_names.share, {seen})"

    def organisations(self) -> None:
        """A name is as rare as its two rarest words together; the rarest one becomes the feature `org_rare`."""
        several = any(len(column.columns) > 1 for column in self.specification.of(Meaning.ORGANISATION_NAME))
        names = "unnest(org_fulls)" if several else "org_full"
        wanted = f" where org_full in (select {names} from {self.among})" if self.among else ""
        self.con.execute(
            "create or replace temp table org_words as with names as "
            f"(select distinct org_full, org_tokens from {self.source} where org_full is not null), "
            "every as (select org_full, unnest(org_tokens) as word from names), "
            "shares as (select word, count(*) / (select count(*) + 1.0 from names) as share from every group by word), "
            f"items as (from every{wanted}) "
            "select org_full, min_by(word, (share, word)) as rare, min(share) as rare_share, "
            "coalesce(list_sort(list(share))[2], 1) as next_share from items join shares using (word) group by org_full"
        )
        self.joins.append("left join org_words on f.org_full = org_words.org_full")
        self.features["org_rare"] = "org_words.rare"
        self.columns["org_rare"] = "org_words.rare_share"
        share = f"rare_share * case when next_share < 1 then least(1, {COHESION} * next_share) else 1 end"
        self.columns["org_full"] = share
        if several:
            rows = f"(select unique_id, {names} as org_full from {self.among or self.source})"
            self.commonest("org_fulls", f"{rows} join org_words using (org_full)", share)

    def write(self, target: str) -> None:
        """Write `target`: the source's columns, derived features and `tf_<feature>`, ordered by unique id."""
        derived = [f"{value} as {name}" for name, value in self.features.items()]
        weighed = [
            f'(case when {value} is not null then greatest({RAREST}, {value}) end)::double as "tf_{name}"'
            for name, value in self.columns.items()
        ]
        self.con.execute(
            f"create or replace table {target} as select {', '.join(['f.*', *derived, *weighed])} "
            f"from {self.among or self.source} as f {' '.join(self.joins)} order by unique_id"
        )


def add_frequencies(
    con: DuckDBPyConnection, specification: Specification, source: str, target: str, totals: str, among: str = ""
) -> None:
    """Write `target` = `source` plus a column `tf_<feature>` for each feature whose rarity counts, and `totals`.

    With `among`, a table of some rows of `source`, only these are written, weighed by the `totals` of before.
    """
    found = Frequencies(con, specification, source, totals, among)
    holder = "name_full" if specification.names_people else "record_key"
    if specification.names_people:
        found.person_names()
    if specification.has(Meaning.ORGANISATION_NAME):
        found.organisations()
        holder = "org_full"
    if specification.has(Meaning.EMAIL):
        found.logins(f"coalesce({holder}, email)")
        found.counted("email_company", "email")
    found.contact_points(f"coalesce(family, {holder})" if specification.names_people else holder)
    if specification.has(Meaning.ADDRESS):
        found.addresses()
    for meaning, feature in ((Meaning.POSTCODE, "postcode"), (Meaning.BIRTH_DATE, "born")):
        if specification.has(meaning):
            found.counted(feature, "record_key")
    for column in specification.of(Meaning.PLACE, Meaning.CATEGORY):
        found.counted(feature_name(column), "record_key")
    found.write(target)


def _at_most_one(share: str) -> str:
    """A share is at most one, and null stays null (`least` alone would pass over it)."""
    return f"case when {share} is not null then least(1, {share}) end"
