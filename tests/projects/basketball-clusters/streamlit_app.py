"""Shows the kinds of players that the model in production tells apart."""

import mlflow
import streamlit as st
from sklearn.pipeline import Pipeline

from clusters import players, registry


@st.cache_resource(max_entries=1)
def load_model(version: str) -> Pipeline:
    return mlflow.sklearn.load_model(f"models:/{registry.MODEL}/{version}")


st.set_page_config(page_title="Kinds of players", layout="wide")
st.title("Kinds of players")

production = registry.in_production(registry.connect())
if production is None:
    st.info("No model is in production yet: run the jobs fetch and train.")
    st.stop()

table = players.load()
labels = load_model(production.version).predict(table[players.STATISTICS])
table["cluster"] = [f"Cluster {label + 1}" for label in labels]

st.caption(f"Version {production.version} of {registry.MODEL}; every number is per 36 minutes.")
st.scatter_chart(table, x="points", y="assists", color="cluster")
for cluster, members in table.groupby("cluster"):
    st.subheader(f"{cluster}: {len(members)} players")
    st.write(", ".join(members["player"]))
    st.table(members[players.STATISTICS].mean().round(1).to_frame("average").T)
