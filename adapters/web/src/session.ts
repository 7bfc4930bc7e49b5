// openFromLink takes the token out of the address, where mails and the banner of a server put it, and sends it once in the
// page's own form, whose data-session may say what it is called there. The address is cleared first: it stays in no
// history, and nothing but our own server sees it.
export function openFromLink(form: HTMLFormElement): void {
  const take = (): void => {
    const token = new URLSearchParams(location.hash.slice(1)).get(form.dataset.session || "t");
    const field = form.querySelector<HTMLInputElement>("input[name=token]");
    if (!token || !field) return;
    history.replaceState(null, "", location.pathname);
    const text = document.querySelector<HTMLElement>("[data-opening]");
    if (text) text.textContent = text.dataset.opening ?? "";
    field.value = token;
    form.requestSubmit();
  };
  take();
  addEventListener("hashchange", take); // a link that is pasted into this very tab
}
