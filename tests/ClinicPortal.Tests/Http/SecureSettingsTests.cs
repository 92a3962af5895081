using System.Buffers.Binary;
using ClinicPortal.Modules.Identity;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace ClinicPortal.Tests.Http;

/// <summary>Settings of the framework on which secrets hang.</summary>
public sealed class SecureSettingsTests
{
    /// <summary>ASP.NET Core Identity, version 3: a mark, the function, its rounds, the length of the salt, each of four bytes after the first.</summary>
    [Fact]
    public void Passwords_AreHashedSlowly()
    {
        using var services = new ServiceCollection().AddLogging().AddIdentity().BuildServiceProvider();
        var person = new Account(Guid.Empty, "", "", "", DateTimeOffset.UnixEpoch);

        var hash = Convert.FromBase64String(services.GetRequiredService<IPasswordHasher<Account>>().HashPassword(person, "x"));

        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)) >= 210_000);
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(9)) >= 16);
    }

    [Fact]
    public void PagesAndAnswersOfTheApi_AreNotStored()
    {
        using var services = new ServiceCollection().AddOptions()
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Production }).BuildServiceProvider();
        foreach (var path in new[] { "/patients", "/api/v1/patients" })
        {
            var answer = new DefaultHttpContext { RequestServices = services, Request = { Path = path } };

            SecurityHeaders.Set(answer);

            Assert.Contains("no-store", answer.Response.Headers.CacheControl.ToString(), StringComparison.Ordinal);
        }
    }
}
