// A classic script, before the first paint: the remembered theme and language, so that neither flashes.
(() => {
  const root = document.documentElement;
  /** @param {string} key */
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is blocked; the device's own settings do
    }
  };
  const theme = remembered("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const known = ["en", "de"];
  const wished = [remembered("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  root.lang = wished.find((tag) => tag !== null && known.includes(tag)) ?? "en";

  // The texts of this page are needed first of all; ask for them while the modules load.
  const area = location.pathname.startsWith("/organizer") ? "organizer" : "catalogue";
  for (const messages of ["common", area]) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = `/app/messages/${root.lang}/${messages}.js`;
    document.head.append(link);
  }
})();
