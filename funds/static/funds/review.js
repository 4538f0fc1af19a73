/* Keys on the review page of a batch; every act has its own link or button without this file. */
(function () {
  "use strict";
  var page = document.querySelector("[data-review]");
  if (!page) return;

  function follow(name) {
    var link = page.querySelector("[data-review-" + name + "]");
    if (link) window.location.assign(link.href);
  }
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio";
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") follow("later");
    else if (event.key === "k") follow("earlier");
    else if (event.key === "v") {
      var button = page.querySelector("[data-review-seen] button");
      if (button) button.click();
    } else if (/^[1-4]$/.test(event.key)) {
      var choice = page.querySelectorAll("[data-review-verdict] input[type=radio]")[Number(event.key) - 1];
      if (choice) { choice.checked = true; choice.focus(); }
    }
  });
})();
