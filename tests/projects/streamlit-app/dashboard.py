import streamlit as st

from charts import by_month, load

st.set_page_config(page_title="Sales", layout="wide")
st.title("Monthly sales")

sales = load()
region = st.selectbox("Region", ["all", *sorted(sales["region"].unique())])
monthly = by_month(sales, region)

st.metric("Total", f"{monthly['amount'].sum():,.0f}")
st.bar_chart(monthly, x="month", y="amount")
