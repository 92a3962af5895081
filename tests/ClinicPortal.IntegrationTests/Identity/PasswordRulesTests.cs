using ClinicPortal.Modules.Identity.Passwords;

namespace ClinicPortal.IntegrationTests.Identity;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("kV7#qz!m", true, null)]
    [InlineData("kV7#qz!", true, "password.too-short")]
    [InlineData("kV7#qz!m", false, "password.too-short")]
    [InlineData("kV7#qz!mW2pe", false, "password.too-short")]
    [InlineData("kV7#qz!mW2pel", false, null)]
    [InlineData("kVqzrmWpel#!x", false, "password.one-sided")]
    [InlineData("kV7qz9mW2pel1", false, "password.one-sided")]
    [InlineData("74913#!882-10", false, "password.one-sided")]
    [InlineData("Password-2026!", false, "password.common")]
    [InlineData("P@ssw0rd#2026", false, "password.common")]
    [InlineData("123!Setagaya-2026", false, "password.common")]
    [InlineData("Himawari#1", true, "password.common")]
    [InlineData("xx#9-Tanabe-yomogi", false, "password.own-name")]
    [InlineData("9#hana.ko-mizu8", false, null)]
    [InlineData("9#hanako-mizu88", false, "password.own-name")]
    [InlineData("", true, "required")]
    [InlineData(null, true, "required")]
    public void Password_IsRefusedForTheReasonThatApplies(string? password, bool withSecondFactor, string? code) =>
        Assert.Equal(code, PasswordRules.Refuse(password, withSecondFactor, "password", "tanabe hanako", "hanako.t")?.Code);

    [Fact]
    public void Password_LongerThanAnybodyTypes_IsRefused() =>
        Assert.Equal("too-long", PasswordRules.Refuse("a1#" + new string('k', 126), true, "password")?.Code);

    [Fact]
    public void Password_TypedInFullWidthLetters_IsTheSame() => Assert.Equal("kV7#qz!m", PasswordRules.Normalise("ｋＶ７＃ｑｚ！ｍ"));
}
