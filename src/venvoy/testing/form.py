"""The form for making and editing environments, as a test works it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass(frozen=True, slots=True)
class EnvironmentForm:
    """The open form, in English.

    Attributes:
        page: the browser's page.
    """

    page: Page

    @property
    def editor(self) -> Locator:
        """The editor of requirements."""
        return self.page.get_by_role("textbox", name="Requirements")

    @property
    def name(self) -> Locator:
        """The field for the name of a new environment."""
        return self.page.get_by_role("textbox", name="Name", exact=True)

    @property
    def preflight(self) -> Locator:
        """What the requirements need, beside them."""
        return self.page.get_by_role("region", name="Preflight")

    @property
    def verdict(self) -> Locator:
        """The one line that the preflight comes to."""
        return self.preflight.get_by_role("status").first

    @property
    def said_of_lines(self) -> Locator:
        """What is said of single lines, beneath the editor."""
        return self.page.get_by_role("list", name="What is to be said of single lines")

    def type(self, text: str) -> None:
        """Write requirements in the place of what there is."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def add(self, text: str) -> None:
        """Write a line behind what there is."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+End")
        self.page.keyboard.type(f"\n{text}")

    def text(self) -> str:
        """Return the requirements as they stand in the editor."""
        self.editor.wait_for()
        return "\n".join(self.editor.locator(".cm-line").all_inner_texts()).strip()

    def paste(self, text: str) -> None:
        """Paste a text where the cursor is."""
        self._give("paste", "clipboardData", f"data.setData('text/plain', {text!r})")

    def drop(self, name: str, content: str) -> None:
        """Drop a file onto the editor."""
        file = f"new File([{content!r}], {name!r})"
        self._give("drop", "dataTransfer", f"data.items.add({file})")

    def _give(self, event: str, field: str, filled: str) -> None:
        kind = "ClipboardEvent" if event == "paste" else "DragEvent"
        self.editor.evaluate(
            f"""element => {{
                const data = new DataTransfer();
                {filled};
                element.dispatchEvent(new {kind}('{event}', {{
                    {field}: data, bubbles: true, cancelable: true,
                }}));
            }}"""
        )
