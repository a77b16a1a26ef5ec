// The words of legal aid's codes, as the kiosk and the windows say them too.

export const codes = JSON.parse(document.getElementById("aid-words").textContent);
