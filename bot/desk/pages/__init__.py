"""All pages of the desk: the only list. A new one is a file here with its PAGES, a template, a query and a deed."""

from bot.desk.pages import (
    applications,
    broadcasts,
    cells,
    devices,
    figures,
    health,
    lists,
    meetings,
    people,
    posters,
    posts,
    suggestions,
    survey,
    tasks,
    threads,
    today,
)

PAGES = (
    *today.PAGES,
    *threads.PAGES,
    *posts.PAGES,
    *applications.PAGES,
    *people.PAGES,
    *broadcasts.PAGES,
    *tasks.PAGES,
    *cells.PAGES,
    *suggestions.PAGES,
    *meetings.PAGES,
    *survey.PAGES,
    *figures.PAGES,
    *lists.PAGES,
    *posters.PAGES,
    *health.PAGES,
    *devices.PAGES,
)
