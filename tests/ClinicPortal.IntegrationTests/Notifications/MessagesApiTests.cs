using System.Net;
using System.Text;
using ClinicPortal.Modules.Notifications;
using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClinicPortal.IntegrationTests.Notifications;

/// <summary>What a service for short messages is sent, on a real socket.</summary>
public sealed class MessagesApiTests : IAsyncLifetime
{
    private readonly WebApplication service = WebApplication.CreateSlimBuilder().Build();
    private readonly List<(string Path, string? Authorization, IReadOnlyDictionary<string, string> Form)> taken = [];
    private int status = 201;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        service.Urls.Add("http://127.0.0.1:0");
        service.Run(async context =>
        {
            var form = await context.Request.ReadFormAsync();
            taken.Add((context.Request.Path, context.Request.Headers.Authorization, form.ToDictionary(f => f.Key, f => f.Value.ToString())));
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("""{"message":"To +819012345678 is not valid"}""");
        });
        await service.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Message_IsAFormWithBasicAuthentication_ToTheInternationalNumber()
    {
        await Gateway().SendAsync(new Sms("09012345678", "予約のお知らせ", Guid.NewGuid()), Cancellation);

        var (path, authorization, form) = Assert.Single(taken);
        Assert.Equal("/2010-04-01/Accounts/AC1/Messages.json", path);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("AC1:geheim"))}", authorization);
        Assert.Equal(("+819012345678", "+15005550006", "予約のお知らせ"), (form["To"], form["From"], form["Body"]));
    }

    [Fact]
    public async Task Refusal_Throws_WithoutNumberOrToken()
    {
        status = (int)HttpStatusCode.BadRequest;

        var refused = await Assert.ThrowsAsync<SmsRefusedException>(() => Gateway().SendAsync(new Sms("09012345678", "x", Guid.NewGuid()), Cancellation));

        Assert.Contains("400", refused.Message, StringComparison.Ordinal);
        Assert.All(["9012345678", "geheim"], secret => Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0312345678")]
    [InlineData("05012345678")]
    [InlineData("+819012345678")]
    [InlineData("")]
    public async Task NumberThatIsNoMobile_IsNotSentTo(string number)
    {
        await Assert.ThrowsAsync<FormatException>(() => Gateway().SendAsync(new Sms(number, "x", Guid.NewGuid()), Cancellation));
        Assert.Empty(taken);
    }

    private MessagesApi Gateway() => new(
        new ServiceCollection().AddHttpClient(MessagesApi.Client).Services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>(),
        Options.Create(new SmsOptions { Api = service.Urls.First() + "/2010-04-01", Account = "AC1", Token = "geheim", From = "+15005550006" }));
}
