"""Routes of open data, for everyone."""

from django.urls import path

from grants.views import open_data

app_name = "open_data"
urlpatterns = [
    path("", open_data.index, name="index"),
    path("catalogue.jsonld", open_data.catalogue, name="catalogue"),
    path("<slug:name>.schema.json", open_data.schema, name="schema"),
    path("<slug:name>/", open_data.data_set, name="set"),
    path("<slug:name>/<int:number>.<str:ending>", open_data.edition, name="edition"),
    path("<slug:name>.<str:ending>", open_data.file, name="file"),
]
