from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0018_invoice_added"), ("applications", "0015_bodies")]

    operations = [
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["payee_code"], name="payment_request_of_payee"),
        ),
        migrations.AddIndex(
            model_name="requestinvoice",
            index=models.Index(fields=["seller_code"], name="invoice_of_seller"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(request=None), fields=["payee"], name="payment_of_payee_before"
            ),
        ),
    ]
