"""The rules of the community fund: shares of revenue, who decides on spending, accounts and their text in Beancount's form."""
