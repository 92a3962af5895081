using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Tenants;

public sealed class LogoSvgTests : IDisposable
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 64 64\">";

    private readonly TenantsDirectory tenants = new();

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<rect onload=\"alert(1)\"/>")]
    [InlineData("<rect ONCLICK=\"alert(1)\"/>")]
    [InlineData("<a href=\"javascript:alert(1)\"><text>x</text></a>")]
    [InlineData("<use href=\"https://evil.example/x.svg#a\"/>")]
    [InlineData("<use xlink:href=\"data:image/svg+xml;base64,AAAA\"/>")]
    [InlineData("<use href=\" javascript:alert(1)\"/>")]
    [InlineData("<image href=\"https://evil.example/pixel.png\"/>")]
    [InlineData("<foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></body></foreignObject>")]
    [InlineData("<style>@import url(https://evil.example/x.css)</style>")]
    [InlineData("<rect style=\"fill:url(https://evil.example/)\"/>")]
    [InlineData("<rect fill=\"url(https://evil.example/#a)\"/>")]
    [InlineData("<rect fill=\"URL( 'https://evil.example/#a')\"/>")]
    [InlineData("<set attributeName=\"href\" to=\"javascript:alert(1)\"/>")]
    [InlineData("<animate attributeName=\"href\" values=\"javascript:alert(1)\"/>")]
    [InlineData("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">alert(1)</h:script>")]
    [InlineData("<rect")]
    public void Logo_ThatCouldDoMoreThanBeSeen_IsRefused(string inside) => Assert.Contains("koto/logo.svg", Refusal($"{Head}{inside}</svg>").File, StringComparison.Ordinal);

    [Theory]
    [InlineData("<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>")]
    [InlineData("<?xml-stylesheet href=\"https://evil.example/x.css\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<html><script>alert(1)</script></html>")]
    [InlineData("<svg/>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    public void File_ThatIsNoDrawing_IsRefused(string content) => Refusal(content);

    [Fact]
    public void Logo_TooLarge_IsRefused() =>
        Assert.Contains("64 KB", Refusal($"{Head}<desc>{new string('x', LogoSvg.MaxBytes)}</desc></svg>").Message, StringComparison.Ordinal);

    [Fact]
    public void Logo_OfShapesAndOwnReferences_IsTaken()
    {
        Write($"{Head}<defs><linearGradient id=\"a\"><stop offset=\"1\" stop-color=\"#fff\"/></linearGradient></defs><rect fill=\"url(#a)\" width=\"9\" height=\"9\"/><use xlink:href=\"#a\"/></svg>");

        Assert.Empty(TenantFolder.Load(tenants.CopyPath).Refused);
    }

    public void Dispose() => tenants.Dispose();

    private SettingsProblem Refusal(string content)
    {
        Write(content);
        var refused = Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused);
        Assert.Equal("koto", refused.Name);
        return refused.Problems[0];
    }

    private void Write(string content) => File.WriteAllText(tenants.PathOf("koto/logo.svg"), content);
}
