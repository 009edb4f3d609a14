"""The shape of every error."""

from rest_framework import serializers


class ProblemErrorSerializer(serializers.Serializer):
    """One place in the body that does not fit."""

    pointer = serializers.CharField(help_text="JSON pointer into the body.")
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Address of the description of this code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What a person reads, in the language asked for.")
    code = serializers.CharField(help_text="For programs; see docs/errors.md.")
    request_id = serializers.CharField(required=False)
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a field, not the faults
