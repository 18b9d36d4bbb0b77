/** Sign-in: the first thing that a browser without a session sees. */
import { Alert, Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";

import type { ApiError } from "../api/problem";
import { useSignIn } from "../api/session";
import { Failure } from "../components/Failure";
import { Switches } from "../components/Switches";

interface Fields {
  username: string;
  password: string;
}

/** Why somebody who was signed in is asked again. */
function Lost({ error }: { error: ApiError }) {
  const { t } = useTranslation();
  if (error.problem?.code === "user-disabled") return <Failure error={error} />;
  return <Alert type="info" showIcon role="status" title={t("console.sign-in.ended")} />;
}

function SignInForm() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [form] = Form.useForm<Fields>();
  const needed = [{ required: true, message: t("console.needed") }];
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ username: "admin" }}
      onFinish={(fields) => {
        if (signIn.isPending) return;
        signIn.mutate(fields, {
          onError: () => {
            form.focusField("password");
          },
        });
      }}
    >
      <Form.Item name="username" label={t("console.sign-in.username")} rules={needed}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} size="large" />
      </Form.Item>
      <Form.Item name="password" label={t("console.sign-in.password")} rules={needed}>
        <Input.Password autoComplete="current-password" size="large" autoFocus />
      </Form.Item>
      {signIn.isError && (
        <div style={{ marginBottom: 16 }}>
          <Failure error={signIn.error} />
        </div>
      )}
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {t("console.sign-in.submit")}
      </Button>
    </Form>
  );
}

export function SignInPage({ lost }: { lost: ApiError | null }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <title>{`${t("console.sign-in.submit")} · Venvoy`}</title>
      <div className="panel">
        <Flex align="center" gap={4} style={{ marginBottom: 24 }}>
          <img src="/venvoy.svg" alt="" width={36} height={36} />
          <h1 style={{ flex: 1, fontSize: 22, lineHeight: 1.3, margin: "0 8px" }}>
            {t("console.sign-in.title")}
          </h1>
          <Switches />
        </Flex>
        {lost && (
          <div style={{ marginBottom: 16 }}>
            <Lost error={lost} />
          </div>
        )}
        <SignInForm />
        <p className="quiet" style={{ margin: "16px 0 0" }}>
          {t("console.sign-in.where")}
        </p>
      </div>
    </main>
  );
}
