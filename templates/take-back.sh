# What the session does when the controller has gone between the steps `arm` and `confirm`: each step
# is taken back, the last one first, whatever becomes of the others.
failed=
{% for step in steps %}
(
set -e
{{ step.undo | raw }}
)
code=$?
[ "$code" -eq 0 ] || failed="$failed "{{ step.name }}
{% endfor %}
undone
printf '%s %s was taken back by the host itself: the controller was gone%s\n' \
  "$at" {{ release }} "${failed:+; not taken back:$failed}" >>{{ deploy_to }}/deployment.log
[ -z "$failed" ]
