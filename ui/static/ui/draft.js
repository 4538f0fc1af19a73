/* Enhancement only: what is typed into <form data-draft="key"> outlives a lost network. Kept in this browser until it is
   saved; files cannot be kept. The draft of another version of the row is offered all the same: the server compares. */
(function () {
  "use strict";
  var PREFIX = "draft:", SENT = "draft-sent";
  var SKIP = { csrfmiddlewaretoken: 1, form_token: 1, seen: 1 };

  function store(name) { try { return window[name]; } catch (error) { return null; } }
  var kept = store("localStorage"), tab = store("sessionStorage");
  if (!kept || !tab) return;

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && !SKIP[one.name] && ["file", "hidden", "submit", "button"].indexOf(one.type) < 0;
    });
  }
  function read(form) {
    var values = {};
    fields(form).forEach(function (one) {
      if (one.type === "radio" || one.type === "checkbox") {
        if (one.checked) (values[one.name] = values[one.name] || []).push(one.value);
      } else values[one.name] = [one.value];
    });
    return values;
  }
  function write(form, values) {
    fields(form).forEach(function (one) {
      var given = values[one.name] || [];
      if (one.type === "radio" || one.type === "checkbox") one.checked = given.indexOf(one.value) >= 0;
      else if (given.length) one.value = given[0];
    });
  }
  function say(form, text) {
    var note = form.querySelector("[data-draft-note]");
    if (!note) return;
    note.textContent = text;
    note.hidden = !text;
  }

  var forms = document.querySelectorAll("form[data-draft]");
  var refused = document.getElementById("form-errors");
  // Only the server's word that it is saved lets a draft go: a lost network or a new login keeps it.
  var sent = tab.getItem(SENT);
  if (sent && document.querySelector(".messages .tone-green")) kept.removeItem(PREFIX + sent);
  if (sent) tab.removeItem(SENT);
  forms.forEach(function (form) {
    var key = PREFIX + form.dataset.draft, draft = kept.getItem(key);
    if (draft && !refused) {
      try {
        if (draft !== JSON.stringify(read(form))) {
          write(form, JSON.parse(draft));
          say(form, "已恢复上次没有保存的填写，请核对后保存；照片需要重新选择。");
        }
      } catch (error) { kept.removeItem(key); }
    }
    function keep() { try { kept.setItem(key, JSON.stringify(read(form))); } catch (error) { /* full: nothing to do */ } }
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", function (event) {
      if (navigator.onLine === false) {
        event.preventDefault();
        event.stopPropagation();
        keep();
        say(form, "现在没有网络，填写已保存在本机；联网后再点保存。");
        return;
      }
      tab.setItem(SENT, form.dataset.draft);
    }, true);
  });
})();
