{#- Band of an answer in the words of its metric; positive, passive or negative of another. -#}
{% macro band_in_words(band, metric) -%}
    case {{ metric }}
        {%- for name, words in {
            'nps': ['promoter', 'passive', 'detractor'],
            'csat': ['satisfied', 'neutral', 'dissatisfied'],
            'ces': ['easy', 'neutral', 'hard'],
        }.items() %}
        when '{{ name }}' then case {{ band }}
            {%- for kind in ['positive', 'passive', 'negative'] %} when '{{ kind }}' then '{{ words[loop.index0] }}'{% endfor %}
        end
        {%- endfor %}
        else {{ band }}
    end
{%- endmacro %}
