import os


class Config:
    SECRET_KEY = os.environ["SECRET_KEY"]
    MAX_NOTES = int(os.environ.get("MAX_NOTES", "100"))
