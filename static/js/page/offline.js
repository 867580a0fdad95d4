// The page without a network: asks for what was wanted once more when there is one, or when somebody comes back to look.
// @ts-check
addEventListener("online", () => location.reload());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") location.reload();
});
