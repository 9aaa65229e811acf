# Lets visitors see the application again.
{% if lifts %}
: >{{ records }}/down
{% endif %}
lift
