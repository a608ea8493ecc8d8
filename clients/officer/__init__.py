"""What a privacy officer does on their own computer: keep the private half of a key, and open the cards with it."""
