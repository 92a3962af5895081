using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>What a browser shows after an address was opened or a form was sent.</summary>
/// <param name="Location">Where a redirect that was not followed leads.</param>
public sealed record BrowserPage(Uri Url, HttpStatusCode Status, IDocument Document, Uri? Location)
{
    /// <summary>The refusal above a form.</summary>
    public string? Refusal => Document.QuerySelector(".error-summary")?.TextContent;

    /// <summary>What a form with this action would send, its hidden fields included.</summary>
    public Dictionary<string, string> Form(string action) =>
        (Document.QuerySelector($"form[action='{action}']") ?? throw new InvalidOperationException($"{Url} has no form for {action}."))
            .QuerySelectorAll<IHtmlInputElement>("input[name]").Where(i => i.Type is not ("radio" or "checkbox") || i.IsChecked).ToDictionary(i => i.Name!, i => i.Value);
}

/// <summary>A person's browser without scripts: cookies of each host name, forms with their hidden fields.</summary>
public sealed class Browser(PortalNode node) : IDisposable
{
    private const string SecondStep = "/sign-in/second-factor";

    private readonly HttpClient http = node.Client();
    private readonly Dictionary<(string Host, string Name), string> cookies = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A person of the demonstration, signed in by the form on the host of their association or desk.</summary>
    public static async Task<Browser> SignInAsync(PortalNode node, string email, string host)
    {
        var browser = new Browser(node);
        var page = await browser.SignInAsync(await browser.OpenAsync(node.Url("/", host)), email);
        Assert.Equal(host, page.Url.Host);
        return browser;
    }

    /// <summary>The same browser, as it is now, on a node of the same installation.</summary>
    public Browser On(PortalNode other)
    {
        var copy = new Browser(other);
        foreach (var (cookie, value) in cookies)
        {
            copy.cookies.Add(cookie, value);
        }
        return copy;
    }

    public string? Cookie(string host, string name) => cookies.GetValueOrDefault((host, name));

    /// <summary>All cookies of a host, as the header that brings them.</summary>
    public string Cookies(string host) => string.Join("; ", cookies.Where(c => c.Key.Host == host).Select(c => $"{c.Key.Name}={c.Value}"));

    public void SetCookie(string host, string name, string value) => cookies[(host, name)] = value;

    /// <summary>Opens an address and follows where it leads.</summary>
    public async Task<BrowserPage> OpenAsync(Uri url) => await FollowAsync(await GetAsync(url));

    /// <summary>Opens an address without following redirects.</summary>
    public Task<BrowserPage> GetAsync(Uri url) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url));

    /// <summary>Fills in the sign-in form and the second step and follows where they lead.</summary>
    public async Task<BrowserPage> SignInAsync(BrowserPage signIn, string email, string password = DemoAccess.Password)
    {
        var answer = await PostAsync(signIn, "/sign-in", ("email", email), ("password", password));
        return answer.Location?.AbsolutePath == SecondStep ? await FollowAsync(await ProveAsync(await FollowAsync(answer))) : await FollowAsync(answer);
    }

    /// <summary>Sends the second step as the demonstration has filled it in, without following.</summary>
    public Task<BrowserPage> ProveAsync(BrowserPage secondStep) => PostAsync(
        secondStep, SecondStep, ("code", secondStep.Document.QuerySelector("[data-demo-code]")!.GetAttribute("data-demo-code")!));

    /// <summary>What the page for a first second factor tells an app, in the letters of RFC 4648's base 32.</summary>
    public static byte[] AppSecret(BrowserPage enrol)
    {
        var letters = enrol.Document.QuerySelector("code.secret")!.TextContent.Where(char.IsLetterOrDigit);
        var bits = string.Concat(letters.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new string(eight), 2))];
    }

    /// <summary>Takes the place that a mail's link holds open: makes the account, signs in with it and sets up the second factor.</summary>
    public async Task JoinAsync(Uri link, string email, DateTimeOffset now)
    {
        const string Password = "Umi-to-yama-7341";
        var accepted = await PostAsync(await OpenAsync(link), link.AbsolutePath, ("name", "新井 初"), ("kana", "アライ ハツ"), ("password", Password));
        Assert.Equal(HttpStatusCode.SeeOther, accepted.Status);
        var enrol = await SignInAsync(await OpenAsync(accepted.Location!), email, Password);
        Assert.Equal("/sign-in/enrol", enrol.Url.AbsolutePath);
        var done = await PostAsync(enrol, "/sign-in/enrol", ("code", Totp.Code(AppSecret(enrol), Totp.StepAt(now))));
        Assert.Equal(HttpStatusCode.OK, done.Status);
    }

    /// <summary>Sends the page's form with this action, with the given fields over what it holds; follows nothing.</summary>
    public Task<BrowserPage> PostAsync(BrowserPage page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.Form(action);
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, action)) { Content = new FormUrlEncodedContent(form) });
    }

    /// <summary>Searches by the page's form with this action, and follows where it leads.</summary>
    public async Task<BrowserPage> SearchAsync(BrowserPage page, string action, string query) =>
        await FollowAsync(await PostAsync(page, action, (HiddenSearch.Field, query)));

    public async Task<BrowserPage> SendAsync(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        var mine = cookies.Where(c => c.Key.Host == url.Host).Select(c => $"{c.Key.Name}={c.Value}").ToList();
        if (mine.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", mine));
        }
        using var response = await http.SendAsync(request, Cancellation);
        Keep(response, url.Host);
        var html = await response.Content.ReadAsStringAsync(Cancellation);
        var document = await BrowsingContext.New().OpenAsync(answer => answer.Content(html).Address(url), Cancellation);
        return new BrowserPage(url, response.StatusCode, document, response.Headers.Location is { } location ? new Uri(url, location) : null);
    }

    public void Dispose() => http.Dispose();

    private async Task<BrowserPage> FollowAsync(BrowserPage page)
    {
        for (var redirects = 0; page.Location is { } location; redirects++)
        {
            Assert.True(redirects < 10, $"Redirected round and round to {location}.");
            page = await GetAsync(location);
        }
        return page;
    }

    private void Keep(HttpResponseMessage response, string host)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            return;
        }
        foreach (var cookie in set)
        {
            var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : throw new FormatException(cookie);
            if (value.Length == 0)
            {
                cookies.Remove((host, name));
                continue;
            }
            cookies[(host, name)] = value;
        }
    }
}
