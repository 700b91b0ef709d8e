"""Workshops (工坊): places that are checked and booked by the hour; work by the piece, counted by two sides, and what it pays."""

from domain.access import OFFICE
from domain.notices import Kind
from handlers.capability import Capability, Entry, Own, Route, Step, TaskKind, Waiting
from handlers.workshops import bags, clock, keeping, lots, nearby, pay, paying, places
from storage.workshops import sheets

CAPABILITY = Capability(
    name="workshops",
    commands={"pay": Route(pay.mine, beside=True), "workshops": Route(nearby.nearest, beside=True)},
    routes={
        "workshops": Route(keeping.overview, needs="workshops.manage"),
        "workshop": Route(keeping.act, needs="workshops.manage"),
        "workshop_new": Route(keeping.new, needs="workshops.manage"),
        # Everybody's: where one can go, and her own bookings.
        "workshop_at": Route(nearby.act),
        "booked": Route(nearby.booked),
        "lots": Route(lots.overview, needs="lots.manage"),
        "lot": Route(lots.act, needs="lots.manage"),
        "lot_bag": Route(lots.bag, needs="lots.manage"),
        "lot_new": Route(lots.new, needs="lots.bring"),
        "firm_lots": Route(lots.of_firm, needs="lots.collect"),
        "differs": Route(lots.difference, needs="lots.manage"),
        "pays": Route(pay.overview, needs="pay.close"),
        "pay_close": Route(pay.close, needs="pay.close"),
        "pay_second": Route(pay.second, needs="pay.close"),
        "pay_terms": Route(pay.terms, needs="pay.close"),
        "pay_extra": Route(pay.extra, needs="lots.manage"),
        "firm_pay": Route(pay.of_firm, needs="pay.tell"),
        "pay_paid": Route(pay.paid, needs="pay.tell"),
        # Her own bags, and the other side's word on a count.
        "bag": Route(bags.take),
        "my_bag": Route(bags.mine),
        "counted": Route(bags.counted),
        "late": Route(bags.answer_late),
        "slip": Route(pay.slip),
    },
    menu=(
        Entry("workshops.manage", "places.menu", "workshops", rank=42),
        Entry("lots.manage", "lots.menu", "lots", rank=40),
        Entry("lots.collect", "lots.menu_firm", "firm_lots", rank=62),
        Entry("pay.close", "pay.menu", "pays", rank=45),
        Entry("pay.tell", "pay.menu_firm", "firm_pay", rank=63, shown=pay.is_firm),
    ),
    waiting=(Waiting("workshops.manage", "desk.due.workshops", "workshops", "/desk/workshops", 54, clock.due),),
    own=(Own("places.menu_own", "menu:workshops"),),
    matters=(bags.matters, nearby.matters),
    finished={
        "workshop": keeping.told,
        "workshop_check": keeping.checked,
        "lot": lots.brought,
        "lot_number/lot": lots.numbered,
        "lot_number/bag": bags.another_number,
        "lot_numbers/bag": lots.back,
        "lot_numbers/lot": lots.picked_up,
        "lot_numbers/count": bags.recounted,
        "lot_numbers/truth": lots.third,
        "pay_hours": pay.hours_told,
        "pay_terms": pay.terms_told,
        "pay_extra": pay.extra_told,
    },
    codes=(bags.scanned,),
    clock=(
        Step("follow_up", run=clock.ask),
        Step("follow_up", run=paying.missing),
        Step("follow_up", run=places.sweep_all),
        Step("follow_up", run=clock.remind),
    ),
    tasks={
        # Two counts differ: settled by who looks, with numbers.
        "count": TaskKind(roles=OFFICE, outcomes=(), look="differs"),
        # She cannot finish a bag in time, or has a question about it.
        "lot_help": TaskKind(roles=OFFICE, outcomes=("spoke",)),
    },
    notices={"lot": Kind(awake=True, unwanted=False)},
    sheets={
        "lots.sheet.count": sheets.counted,
        "pay.sheet.slip": sheets.slips,
        "pay.sheet.hours": sheets.hours,
        "places.sheet.booked": sheets.booked,
    },
    erasing=(places.leave_all,),
)
