using System.Text.Json;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>Passkeys with Chromium's own authenticator in place of a finger.</summary>
public sealed class PasskeyTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Passkey_Added_SignsInWithoutPasswordAndCode_AndItsAnswerOnlyOnce()
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator1@desk.example");
        var page = person.Page;
        await AuthenticateWithAsync(page, isUserVerified: true);
        await person.GoToAsync("/account", "localhost");
        await person.FillAsync("name", "受付のパソコン");
        await page.Locator("form[action='/account/passkeys'] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("#passkeys fluent-text-input").First).ToHaveAttributeAsync("value", "受付のパソコン");
        await person.AssertAccessibleAsync();

        await page.Context.ClearCookiesAsync();
        await person.GoToAsync("/", "desk.localhost");
        var sent = await page.RunAndWaitForRequestAsync(
            () => page.Locator("form[action='/sign-in/passkey'] button[type=submit]").ClickAsync(),
            request => request.Method == "POST" && request.Url.EndsWith("/sign-in/passkey", StringComparison.Ordinal));
        await page.WaitForURLAsync(url => new Uri(url).Host == "desk.localhost" && !url.Contains("/session/", StringComparison.Ordinal));

        // The same answer again, from a browser that has a form of its own.
        await page.Context.ClearCookiesAsync();
        await person.GoToAsync("/sign-in", "localhost");
        var replay = await page.EvaluateAsync<int>("""
            async body => {
              const fields = new URLSearchParams(body);
              fields.set("__RequestVerificationToken", document.querySelector("form[action='/sign-in/passkey'] [name=__RequestVerificationToken]").value);
              return (await fetch("/sign-in/passkey", { method: "POST", body: fields, redirect: "manual" })).status;
            }
            """, sent.PostData);
        Assert.Equal(422, replay);
    }

    [Fact]
    public async Task Passkey_OfADeviceThatDoesNotKnowThePerson_IsRefused()
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator2@desk.example");
        await AuthenticateWithAsync(person.Page, isUserVerified: false);
        await person.GoToAsync("/account", "localhost");
        await person.FillAsync("name", "拾った鍵");
        await person.Page.Locator("form[action='/account/passkeys'] button[type=submit]").ClickAsync();

        await person.Page.Locator("[data-passkey-failed]:not([hidden])").WaitForAsync();
    }

    private static async Task AuthenticateWithAsync(IPage page, bool isUserVerified)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = JsonSerializer.SerializeToElement(new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified,
                automaticPresenceSimulation = true,
            }),
        });
    }
}
