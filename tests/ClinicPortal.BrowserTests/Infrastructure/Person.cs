using System.Reflection;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>Somebody at a screen: a browser profile of their own, signed in as a person signs in.</summary>
public sealed class Person : IAsyncDisposable
{
    private const string Password = "Setagaya-2026!";

    private static readonly string AxePath = typeof(Person).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AxePath").Value!;

    private readonly IBrowserContext context;

    private readonly IPage page;

    private readonly PortalNode node;

    private readonly Trail trail;

    private Person(IBrowserContext context, IPage page, PortalNode node, string name)
    {
        (this.context, this.page, this.node) = (context, page, node);
        trail = new Trail(page, name);
    }

    public IPage Page => page;

    /// <summary>Opens a browser for somebody without signing in.</summary>
    /// <param name="phone">A 390 px wide phone with touch instead of a 1440 px screen.</param>
    /// <param name="dark">The person's system is set to dark.</param>
    public static async Task<Person> ArriveAsync(Chromium chromium, PortalNode node, bool phone = false, bool dark = false, string name = "somebody")
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = "ja-JP",
            TimezoneId = "Asia/Tokyo",
            // A colour on its way to another is not the one to judge, nor a place that is not yet reached the one to press.
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1440, Height = 900 },
            HasTouch = phone,
        });
        context.SetDefaultTimeout(60_000);
        return new Person(context, await context.NewPageAsync(), node, name);
    }

    /// <summary>Signs in through the sign-in host and its hand-over, and ends on the first screen of the host.</summary>
    public static async Task<Person> SignInAsync(Chromium chromium, PortalNode node, string host, string email, bool phone = false, bool dark = false)
    {
        var person = await ArriveAsync(chromium, node, phone, dark, email);
        await person.GoToAsync("/", host);
        await person.FillAsync("email", email);
        await person.FillAsync("password", Password);
        await person.Page.Locator("form[action='/sign-in'] fluent-button").First.ClickAsync();
        // The demonstration has filled in the code.
        await person.Page.Locator("form[action='/sign-in/second-factor'] fluent-button").ClickAsync();
        await person.Page.WaitForURLAsync(url => new Uri(url).Host == host && !url.Contains("/session/", StringComparison.Ordinal));
        return person;
    }

    public Task GoToAsync(string path, string host) => page.GotoAsync(node.Url(path, host).ToString());

    /// <summary>Types into the field of that name, whichever element draws it.</summary>
    public Task FillAsync(string field, string text) =>
        page.Locator($"fluent-text-input[name='{field}'] input, fluent-textarea[name='{field}'] textarea, input[name='{field}'], textarea[name='{field}']").First.FillAsync(text);

    /// <summary>Presses a key that leads to another page; presses again, as people do, when nothing came of it.</summary>
    /// <remarks>A browser may drop a key that comes before it has painted the page, and tells nobody.</remarks>
    public async Task PressToGoAsync(string key, string url)
    {
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        for (var again = 2; ; again--)
        {
            await page.Keyboard.PressAsync(key);
            try
            {
                await page.WaitForURLAsync(url, new PageWaitForURLOptions { Timeout = 20_000 });
                return;
            }
            catch (TimeoutException) when (again > 0)
            {
                trail.Add($"{key} is pressed again");
            }
        }
    }

    /// <summary>The rules of WCAG 2.2 AA that the page as it is now breaks, as far as axe-core can see.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        // Turbo marks the document as busy while it fetches the next page; that is not the page to judge.
        await page.Locator("html:not([aria-busy])").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        // Nor is a colour on its way to another; what turns for ever is not waited for.
        await page.EvaluateAsync("""
            () => Promise.race([
              Promise.allSettled(document.getAnimations().map(animation => animation.finished)),
              new Promise(done => setTimeout(done, 1000))])
            """);
        await page.EvaluateAsync(await File.ReadAllTextAsync(AxePath));
        var violations = await page.EvaluateAsync<JsonElement>("""
            async () => (await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }))
              .violations
              // A live page may begin to read itself anew while it is judged.
              .map(v => ({ ...v, nodes: v.nodes.filter(n => !(v.id === "aria-allowed-attr" && n.html.startsWith("<html") && n.html.includes("aria-busy"))) }))
              .filter(v => v.nodes.length > 0)
              .map(v => v.id + ": " + v.help + " – " + v.nodes.map(n => n.html).join(" | "))
            """);
        return [.. violations.EnumerateArray().Select(v => $"{page.Url} {v}")];
    }

    public async Task AssertAccessibleAsync() => Assert.Empty(await ViolationsAsync());

    /// <summary>The page goes first, with its cameras, calls and connections: a browser that has to end them all at once may not come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        trail.Write();
        var who = $"the browser of {trail.Name} at {page.Url}";
        if (!page.IsClosed)
        {
            await Closing.EndsAsync($"the page in {who}", () => page.GotoAsync("about:blank"));
        }
        await Closing.EndsAsync(who, () => context.CloseAsync());
    }
}
