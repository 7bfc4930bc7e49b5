// hideJump takes the way to the form away while the form is in sight.
export function hideJump(jump: HTMLElement): void {
  const reply = document.getElementById("reply");
  if (!reply) return;
  new IntersectionObserver(([seen]) => jump.classList.toggle("away", seen?.isIntersecting ?? false)).observe(reply);
}
