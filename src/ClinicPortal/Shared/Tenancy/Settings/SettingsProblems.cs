using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Resources;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Collects the mistakes of one file.</summary>
internal sealed class SettingsProblems(string file)
{
    private static readonly ResourceManager Messages =
        new("ClinicPortal.Shared.Tenancy.Settings.SettingsMessages", typeof(SettingsProblems).Assembly);

    private readonly List<SettingsProblem> found = [];

    public IReadOnlyList<SettingsProblem> Found => found;

    public void Add(int line, string field, string message, params object[] arguments)
    {
        var format = Messages.GetString(message, CultureInfo.CurrentUICulture)
            ?? throw new InvalidOperationException($"SettingsMessages.resx has no '{message}'.");
        found.Add(new SettingsProblem(file, line, field, string.Format(CultureInfo.CurrentCulture, format, arguments)));
    }

    /// <summary>Notes every rule on the property that its value breaks.</summary>
    public void AddBrokenRules(int line, string field, PropertyInfo property, object? value)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
        {
            switch (rule)
            {
                case RangeAttribute range:
                    Add(line, field, "OutOfRange", range.Minimum, range.Maximum);
                    break;
                case RegularExpressionAttribute expression:
                    Add(line, field, "DoesNotMatch", expression.Pattern);
                    break;
                case MinLengthAttribute length:
                    Add(line, field, "TooFew", length.Length);
                    break;
                case PhoneAttribute:
                    Add(line, field, "NotAPhoneNumber");
                    break;
                default:
                    Add(line, field, "Not" + rule.GetType().GetGenericArguments().Single().Name);
                    break;
            }
        }
    }
}
