"""What each room serves: its interface first, then its pages. A new room brings its routers here."""

from __future__ import annotations

from typing import Final

from central import manage_pages, pages
from central.accounts import api as accounts
from central.accounts import directory_api, factor_api, manage_api, own_pages
from central.aid import api as aid
from central.aid import arrivals_api as aid_arrivals
from central.aid_applicant import api as aid_applicant
from central.aid_desk import api as aid_desk
from central.aid_desk import case_api as aid_tasks
from central.aid_desk import objections_api as aid_objections
from central.aid_desk import page_routes as aid_desk_pages
from central.aid_desk import search_api as aid_search
from central.aid_files import api as aid_files
from central.aid_intake import page_routes as aid_intake_pages
from central.aid_intake import public_api as aid_intake
from central.aid_limits import api as aid_limits
from central.aid_limits import promises_api as aid_promises
from central.aid_papers import api as aid_papers
from central.aid_papers import issue_api as aid_paper_issuing
from central.aid_papers import page_routes as aid_paper_pages
from central.aid_papers import settings_api as aid_paper_settings
from central.alarms import api as alarms
from central.appointments import api as appointments
from central.appointments import page_routes as appointment_pages
from central.appointments import public_api as public_appointments
from central.audit import api as audit
from central.catalogue import api as catalogue
from central.catalogue import pages as catalogue_pages
from central.figures import api as figures
from central.fleet import api as fleet
from central.imports import api as imports
from central.lawyers import api as lawyers
from central.lawyers import firm_api, rota_api
from central.lawyers import page_routes as lawyer_pages
from central.line import api as line
from central.line import controllers_api
from central.live import api as live
from central.live import live_pages
from central.matters import api as matters
from central.matters import page_routes as matter_pages
from central.matters import paper_api as matter_papers
from central.matters import public_api as public_matters
from central.matters import room_api as visit_rooms
from central.orders import acts_api
from central.orders import api as orders
from central.outside import api as outside
from central.phone import api as phone
from central.phone import page_routes as visitor_pages
from central.places import api as places
from central.places import page_routes as place_pages
from central.places import plan_api as place_plans
from central.places import public_api as public_places
from central.places import tablets_api as place_tablets
from central.plans import api as plans
from central.plans import looking_api as plan_looking
from central.plans import pages as plan_pages
from central.ratings import api as ratings
from central.ratings import page_routes as rating_pages
from central.ratings import public_api as public_ratings
from central.ratings import rates_api
from central.report import api as report
from central.report import export_api as report_exports
from central.report import page_api as report_page
from central.report import said_api as report_said
from central.report import slips_api as report_slips
from central.report import year_api as report_years
from central.report_analysis import api as report_analysis
from central.report_analysis import page_routes as report_analysis_pages
from central.report_entry import api as report_entry
from central.report_entry import page_routes as report_room
from central.report_pages import page_routes as report_pages
from central.report_recount import api as report_recount
from central.rest_days import api as rest_days
from central.rest_days import page_routes as rest_day_pages
from central.tickets import api as tickets
from central.units import api as units

INTERFACES: Final = (
    accounts.router,
    factor_api.router,
    manage_api.router,
    directory_api.router,
    units.router,
    audit.router,
    live.router,
    tickets.router,
    figures.router,
    orders.router,
    acts_api.router,
    catalogue.router,
    appointments.router,
    public_appointments.router,
    phone.router,
    line.router,
    plans.router,
    plan_looking.router,
    places.router,
    place_plans.router,
    place_tablets.router,
    public_places.router,
    alarms.router,
    fleet.router,
    controllers_api.router,
    imports.router,
    outside.router,
    outside.batches,
    matter_papers.router,  # before the records: `/ledgers` is no record
    matters.router,
    visit_rooms.router,
    public_matters.router,
    ratings.router,
    rates_api.router,
    public_ratings.router,
    lawyers.router,
    rota_api.router,
    firm_api.router,
    aid.router,
    aid_arrivals.router,
    aid_desk.router,
    aid_objections.router,
    aid_limits.router,
    aid_promises.router,
    rest_days.router,
    aid_papers.router,
    aid_paper_issuing.router,
    aid_paper_settings.router,
    aid_paper_settings.uploads,
    aid_search.router,
    aid_tasks.router,
    aid_files.router,
    aid_files.uploads,
    aid_intake.router,
    aid_applicant.router,
    aid_applicant.uploads,
    report.router,
    report_said.router,
    report_slips.router,
    report_recount.router,
    report_exports.router,
    report_years.router,
    report_page.router,
    report_analysis.router,
    report_entry.router,
    report_entry.uploads,
)
PAGES: Final = (
    manage_pages.router,
    live_pages.router,
    plan_pages.router,
    catalogue_pages.router,
    pages.router,
    place_pages.router,
    visitor_pages.router,
    appointment_pages.router,
    aid_desk_pages.router,
    rest_day_pages.router,
    aid_intake_pages.router,
    aid_paper_pages.router,
    own_pages.router,
    directory_api.pages,
    matter_pages.router,
    lawyer_pages.router,
    rating_pages.router,
    report_room.router,
    report_analysis_pages.router,
    report_pages.router,  # behind the room's: `/report/room` is no unit's
)
