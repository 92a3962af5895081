using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

public sealed class LockTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Desk_LockedAndOpenedAgain_HasKeptWhatWasTyped()
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator1@desk.example");
        var page = person.Page;
        await person.GoToAsync("/cases/new", "desk.localhost");
        await person.FillAsync("complaint", "息が苦しい");
        var typed = page.Locator("[name=complaint]").First;

        await page.Locator(".topbar-side summary").ClickAsync();
        await page.Locator("[data-lock-now]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog#lock")).ToBeVisibleAsync();
        await Assertions.Expect(typed).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog#lock")).ToBeVisibleAsync();

        await page.Locator("dialog#lock [name=proof] input").FillAsync("guess");
        await page.Locator("dialog#lock fluent-button").ClickAsync();
        await page.Locator("[data-lock-refused]:not([hidden])").WaitForAsync();
        await page.Locator("dialog#lock [name=proof] input").FillAsync("Setagaya-2026!");
        await page.Locator("dialog#lock fluent-button").ClickAsync();

        await Assertions.Expect(page.Locator("dialog#lock")).ToBeHiddenAsync();
        await Assertions.Expect(page.GetByText("息が苦しい").Or(page.Locator("[name=complaint]")).First).ToBeVisibleAsync();
        Assert.Equal("息が苦しい", await page.EvaluateAsync<string>("""
            () => { const field = document.querySelector("[name=complaint]"); return field.value ?? field.querySelector("textarea,input").value; }
            """));
    }
}
