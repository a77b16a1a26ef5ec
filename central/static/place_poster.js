// The poster prints itself.

document.getElementById("print").addEventListener("click", () => window.print());
