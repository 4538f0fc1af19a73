"""Addresses of the dates: list, calendar, feed, clock, holidays."""

from django.urls import path

from lifecycle.views import calendars, deadlines, holidays

urlpatterns = [
    path("deadlines/", deadlines.DeadlineList.as_view(), name="deadlines"),
    path("deadlines/digest/<str:day>/", deadlines.Digest.as_view(), name="deadline_digest"),
    path("deadlines/clock/", calendars.ClockPage.as_view(), name="clock"),
    path("deadlines/clock/confirm/", calendars.ConfirmClock.as_view(), name="clock_confirm"),
    path("deadlines/moves/", holidays.Moves.as_view(), name="moves"),
    path("projects/<int:project_id>/deadlines/", deadlines.ProjectDeadlines.as_view(), name="project_deadlines"),
    path("projects/<int:project_id>/deadlines/moves/<int:move_id>/", holidays.DecideMove.as_view(), name="move"),
    path("calendar/", deadlines.CalendarPage.as_view(), name="calendar"),
    path("calendar/feed/", calendars.FeedPage.as_view(), name="feed_page"),
    path("calendar/feed/revoke/", calendars.RevokeFeed.as_view(), name="feed_revoke"),
    path("calendar/feed/<str:key>.ics", calendars.Feed.as_view(), name="feed"),
    path("holidays/", holidays.Holidays.as_view(), name="holidays"),
    path("holidays/new/", holidays.NewArrangement.as_view(), name="holiday_new"),
    path("holidays/<int:arrangement_id>/file/", holidays.ArrangementFile.as_view(), name="holiday_file"),
]
