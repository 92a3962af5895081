using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Tests.Telehealth;

public sealed class CarePlanTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly CurrentUser Doctor = new(Guid.NewGuid(), "吉川 健一", Roles.ClinicDoctor, OrganisationKind.MemberClinic, Guid.NewGuid(), null, Guid.NewGuid());
    private static readonly CarePlanContent Content = new("目的", "病状", "対面", "病院", "説明", "長女");

    [Fact]
    public void Plan_CountsFromItsFirstToItsLastDay()
    {
        var plan = Plan(1, Today, Today.AddMonths(6));

        Assert.Null(CarePlan.InForce([plan], Today.AddDays(-1)));
        Assert.Same(plan, CarePlan.InForce([plan], Today));
        Assert.Same(plan, CarePlan.InForce([plan], Today.AddMonths(6)));
        Assert.Null(CarePlan.InForce([plan], Today.AddMonths(6).AddDays(1)));
    }

    [Fact]
    public void LaterVersion_ReplacesTheEarlierOne_FromItsOwnFirstDay_AndForGood()
    {
        var (first, second) = (Plan(1, Today, Today.AddMonths(6)), Plan(2, Today.AddDays(10), Today.AddDays(20)));

        Assert.Same(first, CarePlan.InForce([first, second], Today.AddDays(9)));
        Assert.Same(second, CarePlan.InForce([second, first], Today.AddDays(10)));
        Assert.Null(CarePlan.InForce([first, second], Today.AddDays(21)));
    }

    [Fact]
    public void Plan_WithWhatIsMissingOrCannotBe_NamesTheFields()
    {
        Assert.Equal(["aims", "agreedBy"], Fields(Content with { Aims = "", AgreedBy = "" }, Today, Today, Today));
        Assert.Equal(["agreedOn"], Fields(Content, Today.AddDays(1), Today.AddDays(1), Today.AddDays(2)));
        Assert.Equal(["validFrom"], Fields(Content, Today, Today.AddDays(-1), Today));
        Assert.Equal(["validUntil"], Fields(Content, Today, Today, Today.AddDays(-1)));
        Assert.Equal(["validUntil"], Fields(Content, Today, Today, Today.AddMonths(12).AddDays(1)));
        Assert.Equal(["security"], Fields(Content with { Security = new string('あ', CarePlanContent.MaxText + 1) }, Today, Today, Today));
    }

    private static CarePlan Plan(int number, DateOnly from, DateOnly until) =>
        CarePlan.Write(Doctor.TenantId!.Value, Guid.NewGuid(), number, Content, Today, from, until, Doctor, Today, DateTimeOffset.UnixEpoch).Value;

    private static IEnumerable<string?> Fields(CarePlanContent content, DateOnly agreed, DateOnly from, DateOnly until) =>
        CarePlan.Write(Doctor.TenantId!.Value, Guid.NewGuid(), 1, content, agreed, from, until, Doctor, Today, DateTimeOffset.UnixEpoch).Errors.Select(e => e.Field);
}
