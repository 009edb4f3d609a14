"""Routes of bank files, below those of the money."""

from django.urls import path

from grants.views import bank, bank_lines, bank_orders

urlpatterns = [
    path("", bank.statements, name="bank"),
    path("new/", bank.bring, name="bring_statement"),
    path("template.csv", bank.template, name="bank_template"),
    path("files/<int:pk>/", bank.file, name="bank_file"),
    path("files/<int:pk>/content/", bank.content, name="bank_content"),
    path("statements/<int:pk>/", bank.statement, name="bank_statement"),
    path("queue/", bank_lines.queue, name="bank_queue"),
    path("queue/match/", bank_lines.match_again, name="match_lines"),
    path("lines/<int:pk>/", bank_lines.line, name="bank_line"),
    path("unseen/", bank_lines.unseen, name="bank_unseen"),
    path("orders/", bank_orders.orders, name="bank_orders"),
    path("orders/new/", bank_orders.write, name="write_orders"),
    path("orders/<int:pk>/", bank_orders.order, name="bank_order"),
    path("orders/<int:pk>/file/", bank_orders.content, name="bank_order_file"),
    path("orders/<int:pk>/withdraw/", bank_orders.withdraw, name="withdraw_orders"),
]
