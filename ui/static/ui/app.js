/* Enhancements only: every page works without this file. */
(function () {
  "use strict";

  // A POST form is sent once; the server holds the same rule with its form token.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    window.setTimeout(function () { toggle(form, true); }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      toggle(form, false);
    });
  });
  function toggle(form, off) {
    form.querySelectorAll("button[type=submit]:not([data-closed])").forEach(function (button) {
      button.disabled = off;
      button.setAttribute("aria-busy", off ? "true" : "false");
    });
  }

  // Live sums: inputs with data-sum-group="g" add up into <output data-sum-of="g" data-sum-target="100">.
  function hundredths(text) {
    var plain = text.replace(/[,，\s]/g, "");
    return /^-?\d*\.?\d*$/.test(plain) ? Math.round(Number(plain || 0) * 100) : 0;
  }
  function written(value) {
    return (value / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  function add(group) {
    var sum = 0;
    document.querySelectorAll("[data-sum-group]").forEach(function (input) {
      if (input.dataset.sumGroup === group) sum += hundredths(input.value);
    });
    document.querySelectorAll("[data-sum-of]").forEach(function (output) {
      if (output.dataset.sumOf !== group) return;
      var target = output.dataset.sumTarget ? hundredths(output.dataset.sumTarget) : null;
      var gap = target === null ? 0 : target - sum;
      var word = gap > 0 ? "，还差 " + written(gap) : gap < 0 ? "，超出 " + written(-gap) : target === null ? "" : "，已齐";
      output.textContent = written(sum) + word;
    });
  }
  document.addEventListener("input", function (event) {
    if (event.target.dataset.sumGroup) add(event.target.dataset.sumGroup);
  });
  var groups = new Set();
  document.querySelectorAll("[data-sum-of]").forEach(function (output) { groups.add(output.dataset.sumOf); });
  groups.forEach(add);

  // Menus are <details>: close them on Escape and on a click elsewhere.
  function close(except) {
    document.querySelectorAll("details.pop[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) { close(event.target.closest("details.pop")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = event.target.closest("details.pop");
    close(null);
    if (menu) menu.querySelector("summary").focus();
  });

  // Take the reader to what went wrong.
  var problems = document.getElementById("form-errors");
  if (problems) problems.focus();
})();
