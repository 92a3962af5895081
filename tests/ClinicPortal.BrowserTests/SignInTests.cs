using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.BrowserTests;

public sealed class SignInTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task SignInPage_OnScreenAndPhone_IsAccessible(bool phone, bool dark)
    {
        await using var person = await Person.ArriveAsync(chromium, portal.Node, phone, dark);
        await person.GoToAsync("/sign-in", "localhost");
        await person.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData("desk.localhost", "operator1@desk.example")]
    [InlineData("setagaya.localhost", "clinic1.doctor@setagaya.example")]
    [InlineData("koto.localhost", "clinic1@koto.example")]
    [InlineData("tamagawa.localhost", "secretariat@tamagawa.example")]
    public async Task SignIn_FromTheAssociationsHost_EndsOnAFirstScreenThere(string host, string email)
    {
        await using var person = await Person.SignInAsync(chromium, portal.Node, host, email);
        Assert.Equal(host, new Uri(person.Page.Url).Host);
        Assert.True(await person.Page.Locator("h1").CountAsync() > 0, await person.Page.ContentAsync());
    }
}
