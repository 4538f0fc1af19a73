/* Enhancements only: every page works without this file. */
(function () {
  "use strict";

  // A POST form is sent once; the server holds the same rule with its form token.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
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

  // What the server prepares in the background is asked for at once; without this file the button does it.
  document.querySelectorAll("form[data-auto]").forEach(function (form) { form.requestSubmit(); });

  // Live sums: inputs with data-sum-group="g h" add up into <output data-sum-of="g" data-sum-target="100" data-sum-unit="分">.
  // With data-sum-blank="…" a blank input is told, not taken for 0.
  function hundredths(text) {
    var plain = text.replace(/[,，\s]/g, "");
    return /^-?\d*\.?\d*$/.test(plain) ? Math.round(Number(plain || 0) * 100) : 0;
  }
  function written(value) {
    return (value / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  function add(group) {
    var sum = 0, blank = false;
    document.querySelectorAll("[data-sum-group]").forEach(function (input) {
      if (input.dataset.sumGroup.split(" ").indexOf(group) < 0) return;
      sum += hundredths(input.value);
      blank = blank || !input.value.trim();
    });
    document.querySelectorAll("[data-sum-of]").forEach(function (output) {
      if (output.dataset.sumOf !== group) return;
      var target = output.dataset.sumTarget ? hundredths(output.dataset.sumTarget) : null;
      var gap = target === null ? 0 : target - sum;
      var unit = output.dataset.sumUnit ? " " + output.dataset.sumUnit : "";
      var word = gap > 0 ? "，还差 " + written(gap) + unit : gap < 0 ? "，超出 " + written(-gap) + unit : target === null ? "" : "，已齐";
      output.textContent = blank && output.dataset.sumBlank ? output.dataset.sumBlank : written(sum) + word;
    });
  }
  document.addEventListener("input", function (event) {
    if (event.target.dataset.sumGroup) event.target.dataset.sumGroup.split(" ").forEach(add);
  });
  var groups = new Set();
  document.querySelectorAll("[data-sum-of]").forEach(function (output) { groups.add(output.dataset.sumOf); });
  groups.forEach(add);

  // Drafts save themselves: <form data-autosave> is posted to its own page with X-Autosave; the answer says how far it
  // got and which version stands now. Newer work of others stops it; the button saves as ever, and it alone sends files.
  var PAUSE = 4000;
  document.querySelectorAll("form[data-autosave]").forEach(function (form) {
    var timer = 0, busy = false, stopped = false, waiting = null, changed = false;
    var note = form.querySelector("[data-autosave-note]");
    function say(text) { if (note) note.textContent = text; }
    function plan() { window.clearTimeout(timer); if (!stopped) timer = window.setTimeout(save, PAUSE); }
    function save() {
      if (busy || stopped || !changed || form.dataset.sent) return;
      busy = true;
      changed = false;
      var typed = new FormData(form);
      form.querySelectorAll("input[type=file]").forEach(function (input) { typed.delete(input.name); });
      fetch(form.action, { method: "POST", body: typed, headers: { "X-Autosave": "1" }, credentials: "same-origin" })
        .then(function (answer) {
          if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("page");
          return answer.json();
        })
        .then(function (said) {
          if (said.seen) form.elements.seen.value = said.seen;
          else if (!said.again) stopped = true;
          say(said.text);
        })
        .catch(function () { changed = true; say("自动暂存没有成功，请点“暂存”。"); })
        .then(function () {
          busy = false;
          if (waiting) form.requestSubmit(waiting.button || undefined);
          else if (changed) plan();
        });
    }
    form.addEventListener("input", function () { changed = true; plan(); });
    form.addEventListener("change", function () { changed = true; plan(); });
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (!busy) return;
      event.preventDefault();
      event.stopPropagation();
      waiting = { button: event.submitter };
    });
  });

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
