"""Routes of files, and of uploads in pieces."""

from __future__ import annotations

from django.urls import path

from applications.views import files, uploads

urlpatterns = [
    path("files/<int:row>/", files.download, name="file"),
    path("files/<int:row>/view/", files.attachment, name="attachment"),
    path("files/<int:row>/picture/", files.picture, name="picture"),
    path("files/<int:row>/verify/", files.verify, name="verify_seal"),
    path("<int:pk>/attachments/", files.attachments, name="attachments"),
    path("<int:pk>/attachments/add/", files.add, name="add_attachment"),
    path("<int:pk>/attachments/<int:row>/remove/", files.remove, name="remove_attachment"),
    path("<int:pk>/uploads/", uploads.begin, name="begin_upload"),
    path("uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("uploads/<uuid:key>/finish/", uploads.finish, name="finish_upload"),
]
