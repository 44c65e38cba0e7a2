// What saves people time; every page works without it.
(function () {
  "use strict";
  var summary = document.querySelector(".govuk-error-summary");
  if (summary) { summary.setAttribute("tabindex", "-1"); summary.focus(); }
  document.querySelectorAll("textarea[data-max]").forEach(function (t) {
    var max = Number(t.dataset.max), p = document.createElement("p");
    p.className = "govuk-hint"; p.setAttribute("role", "status");
    function say() { var n = max - Array.from(t.value).length; p.textContent = n >= 0 ? "You have " + n + " characters left" : "You have " + -n + " characters too many"; p.hidden = n > 200; }
    t.after(p); t.addEventListener("input", say); say();
  });
  document.querySelectorAll("form[data-once]").forEach(function (f) {
    f.addEventListener("submit", function (e) { if (f.dataset.sent) { e.preventDefault(); } f.dataset.sent = "1"; setTimeout(function () { delete f.dataset.sent; }, 4000); });
  });
  document.querySelectorAll("form[data-progress]").forEach(function (f) {
    f.addEventListener("submit", function (e) {
      var file = f.querySelector("input[type=file]"), x = new XMLHttpRequest(), button = f.querySelector("button"), said = -1;
      if (!file || !file.files.length) { return; }
      e.preventDefault(); button.disabled = true;
      var box = document.createElement("div"), bar = document.createElement("progress"), p = document.createElement("p");
      p.className = "govuk-body"; p.setAttribute("role", "status"); bar.max = 100; bar.setAttribute("aria-label", "How much of the file is checked");
      box.append(p, bar); f.after(box); p.textContent = "Checking";
      x.upload.addEventListener("progress", function (u) { var n = Math.floor(100 * u.loaded / u.total); bar.value = n; if (n - said >= 10) { said = n; p.textContent = n < 100 ? n + " % of the file checked" : "Finishing"; } });
      function failed() { box.remove(); button.disabled = false; f.submit(); } // the ordinary way says what is wrong
      x.addEventListener("error", failed);
      x.addEventListener("load", function () { if (x.status === 200 && x.responseURL !== location.href) { location.assign(x.responseURL); } else { failed(); } });
      x.open("POST", f.action); x.send(new FormData(f));
    });
  });
  document.querySelectorAll("[data-exit]").forEach(function (a) {
    function leave(e) { if (e) { e.preventDefault(); } document.body.hidden = true; document.title = "Weather"; location.replace(a.href); }
    a.addEventListener("click", leave);
    var shifts = 0, last = 0; // three times Shift leaves at once
    document.addEventListener("keyup", function (e) {
      if (e.key !== "Shift") { shifts = 0; return; }
      shifts = e.timeStamp - last < 1500 ? shifts + 1 : 1; last = e.timeStamp;
      if (shifts === 3) { leave(); }
    });
  });
  document.querySelectorAll("[data-follows]").forEach(function (box) {
    var names = box.dataset.follows.split("|"), inputs = (box.closest("form") || document).querySelectorAll("input[name='" + names[0] + "']"), wants = (names[1] || "").split(",");
    if (!inputs.length) { return; }
    function show() { var on = false; inputs.forEach(function (i) { if (i.checked && wants.indexOf(i.value) >= 0) { on = true; } }); box.hidden = !on; }
    inputs.forEach(function (i) { i.addEventListener("change", show); }); show();
  });
})();
