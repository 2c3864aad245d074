from jinja2 import Template

from mailer.app import app

LETTER = Template("Dear {{ name }},\nyour order {{ order }} is on its way.\n")


@app.task
def render(name: str, order: int) -> str:
    return LETTER.render(name=name, order=order)
