using ClinicPortal.Shared.Http;

namespace ClinicPortal.Tests.Http;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/inbox?page=2#x", "/inbox?page=2#x")]
    [InlineData("/%E6%82%A3", "/%E6%82%A3")]
    [InlineData("/患者", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void OrHome_LeadsNowhereElse(string? path, string expected) => Assert.Equal(expected, LocalPath.OrHome(path));
}
