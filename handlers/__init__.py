"""What happens: one file a capability; `dispatch` receives each message and asks the others.

Everybody    menu, wishes, my_data, intake, safety, free_text; forms walks any form, tell tells somebody else
Work         work, offers (waves; audience finds whom), applications (hers), applicants (who decides), placements (both told, list moves up)
Publishing   positions, reviews (the second person), withdrawals
Training     classes, attendance, assessments, class_clock
Afterwards   follow_ups, wages, tasks (what staff have to do), reports
At the door  surveys, visits, visit_page, duplicates, takeovers, handovers
Broadcasts   broadcasts, broadcast_words, broadcast_run, uploads
Staff        staff, invitations
By the clock ticks, and the steps that the above give to bot/ticks.py
"""
